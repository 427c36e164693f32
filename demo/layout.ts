import { mark } from "./pictures.ts";

/** What every page of the shop carries. It is the same origin's own tracker, as any site would include it. */
const TRACKER =
  '<script defer src="/t.js" data-site="demo" data-capture="pageviews errors vitals forms outbound downloads"></script>';

const STUB =
  "<script>window.footfall=window.footfall||function(){(footfall.q=footfall.q||[]).push(arguments)}</script>";

export interface Page {
  /** Folder below the shop, empty for the first page, with a slash at its end. */
  path: string;
  title: string;
  main: string;
  script?: string;
}

const NAVIGATION = [
  ["products/", "Coffee"],
  ["app/", "Brew guide"],
  ["trouble/", "Trouble"],
  ["traffic/", "Traffic"],
] as const;

/** A whole page. Links are relative, so that the shop works below any path. */
export function layout({ path, title, main, script }: Page): string {
  const root = "../".repeat(path.split("/").length - 1) || "./";
  const links = NAVIGATION.map(
    ([to, name]) => `<a href="${root}${to}"${path.startsWith(to) ? ' aria-current="page"' : ""}>${name}</a>`,
  ).join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Harbour Coffee</title>
<meta name="description" content="Coffee roasted by the harbour. A demo shop: nothing is sold here.">
<link rel="icon" href="${root}icon.svg">
<link rel="stylesheet" href="${root}style.css">
${STUB}
${TRACKER}
<script defer src="${root}shop.js"></script>
${script ? `<script defer src="${root}${script}"></script>\n` : ""}</head>
<body data-root="${root}">
<a class="skip" href="#main">Skip to the page</a>
<header class="top"><div class="wide">
<a class="brand" href="${root}">${mark}<span>Harbour Coffee</span></a>
<nav aria-label="Shop">${links}</nav>
<a class="cart" href="${root}cart/">Cart <span id="count">0</span></a>
</div></header>
<main id="main">
${main.replaceAll("{root}", root)}
</main>
<footer class="bottom"><div class="wide">
<form id="newsletter" class="row"><label for="mail">New roasts, once a month</label>
<input id="mail" name="mail" type="email" required placeholder="you@example.com" autocomplete="email"><button>Sign up</button></form>
<p>A demo shop: nothing is sold and nothing is sent. <a href="${root}harbour-coffee-brewing.pdf">Brewing card (PDF)</a> · <a href="https://en.wikipedia.org/wiki/Coffee">About coffee</a></p>
</div></footer>
</body>
</html>
`;
}
