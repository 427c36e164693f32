import { TEXT } from "../../protocol/limits";
import { plainText } from "./clean-text";
import { decodePercent } from "./decode-percent";
import { REDACTED, redact, redactIdentity } from "./redact";
import { remember } from "./remember";
import { parseUrl, type WebUrl } from "./web-url";

export interface PageAddress {
  page_url: string;
  /** What reports call a page: the path, with the fragment of a hash route. */
  path: string;
  /** With its port; empty where only a path is known. */
  host: string;
}

/** A page that tells its path alone is read against this host, which RFC 6761 keeps from ever existing. */
const NOWHERE = "http://page.invalid";

const isWeb = (url: WebUrl) => url.protocol === "https:" || url.protocol === "http:";

function resolve(raw: string, base: string): WebUrl | null {
  const absolute = parseUrl(raw);
  if (absolute) return isWeb(absolute) ? absolute : null;
  const relative = parseUrl(raw, base);
  if (relative && isWeb(relative)) return relative;
  const path = parseUrl(raw, NOWHERE);
  return path?.hostname === "page.invalid" ? path : null;
}

/** Redacts text as it is, and what its percent-encoding hides. */
function redactEncoded(text: string, by: (text: string) => string): string {
  const clean = by(text);
  const plain = decodePercent(clean);
  return by(plain) === plain ? clean : REDACTED;
}

const redactPath = (path: string) =>
  path
    .split("/")
    .map((segment) => redactEncoded(segment, redact))
    .join("/");

/** Drops segments from the end until the path fits; a path that is one endless segment has no readable name. */
function cutPath(path: string): string {
  if (path.length <= TEXT.url) return path;
  const end = path.lastIndexOf("/", TEXT.url - 1);
  return end > 0 ? path.slice(0, end) : `/${REDACTED}`;
}

const KEPT = /^(?:utm_[a-z_]{1,32}|ref|source)$/i;

/** The parameters that name a campaign. Their numbers stay: the ids of advertising networks have up to 18 digits. */
function keptQuery(search: string): string {
  if (search.length < 2) return "";
  const kept: string[] = [];
  for (const pair of search.slice(1).split("&")) {
    const equals = pair.indexOf("=") + 1;
    if (equals < 2 || !KEPT.test(pair.slice(0, equals - 1))) continue;
    kept.push(pair.slice(0, equals) + redactEncoded(pair.slice(equals), redactIdentity));
  }
  return kept.length > 0 ? `?${kept.join("&")}` : "";
}

/** `#/…` and `#!/…` are addresses of pages (hash routing); every other fragment is a place within one. */
const hashRoute = (hash: string) => (/^#!?\//.test(hash) ? redactPath(hash.replace(/\?.*$/, "")) : "");

/**
 * The address of a page as it may be stored. Credentials, fragment and query go, save hash routes and the parameters
 * of campaigns (`utm_*`, `ref`, `source`); e-mail addresses, tokens and card-like numbers in the path become
 * `[redacted]`; broken percent-encodings stay. A path alone is resolved against `base`, and without one stays a path
 * with an empty host. Null for what is no web address (`javascript:`, `file:`, …). Never throws; cleaning twice
 * changes nothing.
 */
export function cleanUrl(raw: string, base = ""): PageAddress | null {
  return cleaned(`${base}${BREAK}${raw}`);
}

/** Stands in no base. */
const BREAK = "\n";
const ADDRESSES = 2_000;

const cleaned = remember(
  (key) => {
    const end = key.indexOf(BREAK);
    return clean(key.slice(end + 1), key.slice(0, end));
  },
  ADDRESSES,
  // A query, a fragment, credentials, or what was hidden, may say who somebody is.
  (key, page) => !/[?#@]/.test(key) && page !== null && !page.path.includes(REDACTED),
);

function clean(raw: string, base: string): PageAddress | null {
  const text = plainText(raw).trim();
  const url = text === "" ? null : resolve(text, plainText(base).trim());
  if (!url) return null;
  const host = url.hostname === "page.invalid" ? "" : url.host;
  // Without a host `//x` would read as a host the next time.
  const pathname = host === "" ? url.pathname.replace(/^\/+/, "/") : url.pathname;
  const route = hashRoute(url.hash);
  const path = cutPath(redactPath(pathname) + route);
  const origin = host === "" ? "" : `${url.protocol}//${host}`;
  const query = keptQuery(url.search);
  const [before = ""] = path.split("#", 1);
  const full = origin + before + query + path.slice(before.length);
  return { page_url: full.length <= TEXT.url ? full : origin + path, path, host };
}
