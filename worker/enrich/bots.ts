import { isbot } from "isbot";
import { BOT_NAMES, type BotKind } from "./bot-names";
import { remember } from "./remember";
import { readUserAgent, USER_AGENTS, withoutIdentifiers } from "./user-agent";

export interface BotVerdict {
  kind: BotKind;
  name: string;
}

/** One pass for the many visitors who are none of the named programs. */
const ANY_NAMED = new RegExp(BOT_NAMES.map(([, , pattern]) => pattern.source).join("|"), "i");

/** What most programs call themselves, when the table does not know them. */
const SELF_NAMED = /[\w.!-]{1,40}(?:bot|crawler|crawl|spider|scraper|fetcher|checker|monitor|agent)\b/i;
const COMPATIBLE = /\(compatible; (?!MSIE)([A-Za-z][\w.-]{1,39})/;
/** What stands behind the words of the browser that is played or driven. */
const BEHIND = /(?:Firefox|Safari)\/[\d.]+[;,]? \(?(?:compatible; )?(?!Edg|OPR)([A-Za-z][\w.-]{1,39})/;
const PRODUCT = /^([A-Za-z][\w.-]{1,39})(?:[/ ]|$)/;

function nameOf(userAgent: string): string {
  const named = SELF_NAMED.exec(userAgent)?.[0];
  if (named) return named;
  const product = (COMPATIBLE.exec(userAgent) ?? BEHIND.exec(userAgent) ?? PRODUCT.exec(userAgent))?.[1];
  return product && product !== "Mozilla" ? product : "Unknown";
}

/** How the browsers of people begin, also the ones inside their apps. */
const OF_PEOPLE = /^Mozilla\/5\.0 \((?:iP(?:hone|ad|od)|Macintosh|Linux; (?:U; )?Android)/;
/** Their words that the list of isbot takes for a program's: devices and carriers of Google, news apps, WeChat, Alipay. */
const HARMLESS =
  /\bGoogle TV\b|\bFBCR\/[^;\]]{0,60}|\b\w{0,20}News\w{0,20}[/ ]\d[\d.]*|\bProcess\/tools\b|\bAlipayDefined\([^)]{0,80}\)/g;

/** How browsers begin, and what pretends to be one. */
const LIKE_BROWSER = /^Mozilla\/5\.0 \(/;

const isProgram = (text: string): boolean =>
  isbot(text) && !(OF_PEOPLE.test(text) && !isbot(text.replace(HARMLESS, "")));

/** The name of what the list takes for a program, null for a person. */
function unnamedProgram(text: string): string | null {
  if (!isProgram(text)) return null;
  const said = LIKE_BROWSER.test(text) ? withoutIdentifiers(text) : text;
  return said === text || isProgram(said) ? nameOf(said) : null;
}

function verdictOn(userAgent: string): BotVerdict | null {
  const text = readUserAgent(userAgent);
  if (text === "" || text === "-") return { kind: "tool", name: "Unknown" };
  if (ANY_NAMED.test(text)) {
    for (const [kind, name, pattern] of BOT_NAMES) if (pattern.test(text)) return { kind, name };
  }
  const name = unnamedProgram(text);
  return name === null ? null : { kind: "other", name };
}

/**
 * What program sent this user agent, null for a browser with a person. The list of isbot decides together with our
 * own names (`bot-names.ts`), which also say the kind; an empty user agent is a tool, since every browser has one.
 */
export const botOf: (userAgent: string) => Readonly<BotVerdict> | null = remember(verdictOn, USER_AGENTS);
