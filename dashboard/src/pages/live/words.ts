import type { FeedItem, JourneyStep, LiveSession } from "../../../../protocol/live";
import { UNKNOWN_COUNTRY } from "./live-filter";

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** `AT` as "Austria"; a code nobody knows stays as it is. */
export function countryName(code: string | null): string {
  if (code === null || code === UNKNOWN_COUNTRY) return "Unknown place";
  // Intl throws on anything that is not of the form of a region code.
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}

/** Whole, with separators: 12,431. */
export const wholeNumber = (value: number): string => whole.format(value);

/** Short from ten thousand on: 12.4 k, 1.2 M. */
export const shortNumber = (value: number): string =>
  value < 10_000
    ? whole.format(value)
    : short.format(value).replace(/([KMB])$/, (unit) => ` ${unit === "K" ? "k" : unit}`);

/** One decimal below ten: 9.4, 10, 41. */
export const rateNumber = (value: number): string =>
  value < 9.95 ? value.toFixed(1) : whole.format(Math.round(value));

/** A share, 0 to 1, in per cent: 0 %, 0.4 %, 12 %. */
export const percent = (share: number): string => `${share === 0 ? 0 : rateNumber(share * 100)} %`;

/** An age in milliseconds as one short unit: now, 8 s, 3 min, 2 h. */
export function age(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** An age in a sentence: just now, 8 s ago. */
export const agoWord = (milliseconds: number): string =>
  milliseconds < 1000 ? "just now" : `${age(milliseconds)} ago`;

/** A duration that ticks: 0:08, 12:40, 1:02:03. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export const deviceWord = (device: string): string => (device === "mobile" ? "phone" : device);

/** Where somebody is, as near as it is known. */
export const placeWord = (who: { city: string | null; country: string | null }): string =>
  who.city ?? countryName(who.country);

const DIRECT = "Direct";
export const fromWord = (source: string): string => (source === DIRECT ? "direct" : `from ${source}`);

function host(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** What a step was, before its page: "Opened", "Error on". */
export function deedWord(step: Pick<JourneyStep, "type" | "name">): string {
  const { type, name } = step;
  switch (type) {
    case "pageview":
      return "Opened";
    case "leave":
      return "Left";
    case "click":
      return name ? `Clicked “${name}” on` : "Clicked on";
    case "input":
      return "Typed on";
    case "scroll":
      return "Scrolled";
    case "move":
      return "Moved on";
    case "error":
      return "Error on";
    case "vital":
      return name ? `${name} measured on` : "Measured";
    case "outbound":
      return name ? `Went to ${host(name)} from` : "Left the site from";
    case "download":
      return name ? `Downloaded ${name} from` : "Downloaded from";
    case "form":
      return name ? `Sent the form “${name}” on` : "Sent a form on";
    case "request":
      return "Request on";
    default:
      return `${name ?? type} on`;
  }
}

/** Kinds that are drawn apart. */
export type Mark = "view" | "event" | "error" | "small";

export function markOf(type: string): Mark {
  switch (type) {
    case "pageview":
      return "view";
    case "error":
      return "error";
    case "click":
    case "input":
    case "scroll":
    case "move":
    case "vital":
    case "leave":
    case "request":
      return "small";
    default:
      return "event";
  }
}

/** Who a session is, in words. */
export const whoLine = (session: LiveSession): string =>
  `${placeWord(session)} · ${deviceWord(session.device)} · ${session.browser} · ${fromWord(session.source)}`;
