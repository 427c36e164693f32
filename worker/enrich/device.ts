import Bowser from "bowser";
import { APPS, BOWSER_NAMES, SYSTEM_HINTS, SYSTEMS } from "./device-tables";
import { LONGEST, remember } from "./remember";
import { readUserAgent, USER_AGENTS, withoutIdentifiers } from "./user-agent";

export interface Device {
  device: "desktop" | "mobile" | "tablet";
  browser: string;
  /** The major version. */
  browser_version: string;
  os: string;
}

/** The client hints every Chromium sends by itself: `Sec-CH-UA`, `Sec-CH-UA-Mobile` and `Sec-CH-UA-Platform`. */
export interface DeviceHints {
  brands?: string | null;
  mobile?: string | null;
  platform?: string | null;
}

const UNKNOWN = "Unknown";

/** Television sets, consoles and headsets: not held in the hand, so counted with the large screens. */
const LARGE_SCREEN =
  /smart[- ]?tv|google ?tv|android ?tv|apple ?tv|hbbtv|netcast|web0s|webos\.tv|bravia|crkey|chromecast|roku|\baft[a-z]{1,4}\b|viera|philipstv|tizen.*\btv\b|playstation|xbox|nintendo|oculusbrowser|mobile vr\b|\bquest\b|\(pc; openharmony/i;
const TABLET = /ipad|tablet(?! pc)|playbook|kindle|\bkf[a-z]{2,5}\b|\bsm-[tx]\d{3}|nexus (?:7|9|10)\b|mediapad/i;
const IPHONE = /iphone|ipod/i;
const MOBILE = /mobi|iphone|ipod|windows phone|opera mini|blackberry|\bbb10\b|kaios|symbian|nokia/i;

/** What is left when nobody knows the words around it. */
const CHROME = /\bChrome\/(\d+)/;

/** What a user agent says by itself. */
interface Seen {
  /** Null where only the system and the hints can say. */
  form: Device["device"] | null;
  browser: string;
  browser_version: string;
  os: string;
}

/** Browsers that go by another name in the user agent, and by their own among the brands. */
const BRANDED = /"(Brave|DuckDuckGo|Opera GX|Vivaldi)";\s?v="(\d{1,5})/;

const major = (version: string | undefined) => (version ? (/^\d{1,5}/.exec(version)?.[0] ?? UNKNOWN) : UNKNOWN);

function browserOf(userAgent: string, parser: Bowser.Parser.Parser): { browser: string; browser_version: string } {
  for (const [name, pattern] of APPS) {
    const match = pattern.exec(userAgent);
    if (match) return { browser: name, browser_version: major(match.slice(1).find((group) => group)) };
  }
  const found = parser.getBrowser();
  // Names outside this table are cut from the text of the user agent, which is anybody's to choose.
  const browser = BOWSER_NAMES.get(found.name ?? "");
  if (browser) return { browser, browser_version: major(found.version) };
  const chrome = CHROME.exec(userAgent);
  return chrome
    ? { browser: "Chrome", browser_version: major(chrome[1]) }
    : { browser: UNKNOWN, browser_version: UNKNOWN };
}

function systemOf(userAgent: string, parser: Bowser.Parser.Parser): string {
  for (const [name, pattern] of SYSTEMS) if (pattern.test(userAgent)) return name;
  return parser.getOSName() || UNKNOWN;
}

function formOf(userAgent: string, os: string): Device["device"] | null {
  if (LARGE_SCREEN.test(userAgent)) return "desktop";
  if (TABLET.test(userAgent)) return "tablet";
  if (os === "iOS") return IPHONE.test(userAgent) ? "mobile" : "tablet";
  return MOBILE.test(userAgent) ? "mobile" : null;
}

function read(userAgent: string): Seen {
  const text = withoutIdentifiers(readUserAgent(userAgent));
  // bowser throws on empty text. "skipParsing" leaves out the engine, which nobody asks for.
  const parser = Bowser.getParser(text || "-", true);
  const os = systemOf(text, parser);
  return { form: formOf(text, os), ...browserOf(text, parser), os };
}

const seenBy = remember(read, USER_AGENTS);

/**
 * Device, browser and system by the user agent, over bowser with corrections (`device-tables.ts`); what cannot be told
 * is "Unknown". An iPad whose Safari asks for desktop sites says it is a Mac, and counts as one. Television sets and
 * consoles count as desktop. In-app browsers go by the name of their app.
 */
export function deviceOf(userAgent: string, hints: DeviceHints = {}): Device {
  const { form, os: told, ...named } = seenBy(userAgent);
  // "Desktop site" on Android writes a plain Linux into the user agent, the hint keeps the truth.
  const os = told === "Linux" || told === UNKNOWN ? (systemHinted(hints.platform) ?? told) : told;
  return { device: form ?? formHinted(hints.mobile, os), ...browserHinted(hints.brands, named), os };
}

function browserHinted(brands: string | null | undefined, named: Pick<Seen, "browser" | "browser_version">) {
  if (!brands || (named.browser !== "Chrome" && named.browser !== "Opera")) return named;
  const [, browser, browser_version] = BRANDED.exec(brands.slice(0, LONGEST)) ?? [];
  return browser && browser_version ? { browser, browser_version } : named;
}

const systemHinted = (platform: string | null | undefined) =>
  platform ? SYSTEM_HINTS.get(platform.replaceAll('"', "").trim().toLowerCase()) : undefined;

function formHinted(mobile: string | null | undefined, os: string): Device["device"] {
  if (mobile?.trim() === "?1") return "mobile";
  // Android browsers leave out "Mobile" on tablets: https://developer.chrome.com/docs/multidevice/user-agent
  return os === "Android" || os === "HarmonyOS" ? "tablet" : "desktop";
}
