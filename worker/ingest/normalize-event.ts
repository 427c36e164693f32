import type * as z from "zod";
import { BeaconEvent } from "../../protocol/beacon";
import { EVENT_TYPES, type EventDetail, type EventType, PING, type SiteEvent } from "../../protocol/event";
import { EVENT_BYTES, TEXT } from "../../protocol/limits";
import type { RefusalCode } from "../../protocol/refusals";
import { cleanText, cutText, plainText } from "../enrich/clean-text";
import { cleanUrl } from "../enrich/page-address";
import { correctedTime, toMs } from "./clock";
import { isPlainBeacon } from "./is-plain-beacon";

/** One raw event of a body as the product keeps it, or why it cannot. */
export type Normalized =
  | { kind: "event"; event: SiteEvent; referrer: string; raw_url: string }
  | { kind: "ping" }
  | { kind: "refused"; code: RefusalCode; fields: Record<string, string> };

export interface EventContext {
  received_at: number;
  sent_at: number | null;
  trusted: boolean;
  /** Address against which a page given as a path is read. */
  base: string;
  /** Events of a small body cannot be too large and are not measured. */
  measure: boolean;
}

const MASK = "***MASKED***";
/** Deeper data cannot be stored safely: SQLite's JSON ends at 1,000 levels, and nobody reads that. */
const DEPTH = 20;

/** Names that other collectors and the source documents use. */
const ALIASES: ReadonlyMap<string, EventType> = new Map(
  Object.entries({
    page_view: "pageview",
    "page-view": "pageview",
    navigation: "pageview",
    mousemove: "move",
    mouse_move: "move",
    web_vital: "vital",
    submit: "form",
  } as const),
);

const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);

function isEventType(type: string): type is EventType {
  return KNOWN.has(type);
}

export function normalizeEvent(raw: unknown, context: EventContext): Normalized {
  if (context.measure && isTooLarge(raw)) {
    return { kind: "refused", code: "too_large", fields: { event: `An event may have ${EVENT_BYTES} bytes.` } };
  }
  const parsed = isPlainBeacon(raw) ? { success: true as const, data: raw } : BeaconEvent.safeParse(raw);
  if (!parsed.success) return { kind: "refused", code: "invalid", fields: fieldsOf(parsed.error) };
  const beacon = parsed.data;
  if (beacon.event_type === PING) return { kind: "ping" };
  const page = cleanUrl(beacon.page_url, context.base);
  if (!page) return { kind: "refused", code: "invalid", fields: { page_url: "Not an address of a page." } };

  const lower = beacon.event_type.toLowerCase();
  const known = ALIASES.get(lower) ?? (isEventType(lower) ? lower : null);
  const type = known ?? "custom";
  const name = known === null ? beacon.event_type : beacon.name;
  const at = correctedTime(toMs(beacon.timestamp), context.sent_at, context.received_at, context.trusted);
  const event: SiteEvent = { at, type, page_url: page.page_url, path: page.path };
  const event_id = plainText(beacon.event_id ?? "");
  if (event_id !== "") event.event_id = event_id;
  if (beacon.seq !== undefined) event.seq = beacon.seq;
  if (name !== undefined && (type === "outbound" || type === "download")) {
    event.name = cleanUrl(name, context.base)?.page_url ?? cleanText(name, TEXT.value);
  } else if (name !== undefined) event.name = cleanText(name, type === "custom" ? TEXT.name : TEXT.value);
  else if (type === "custom") event.name = "custom";
  if (beacon.title) event.title = cleanText(beacon.title, TEXT.title);
  if (beacon.engaged_ms) event.engaged_ms = Math.round(beacon.engaged_ms);
  if (beacon.scroll_depth != null) event.scroll_depth = Math.round(beacon.scroll_depth);
  const detail = detailOf(beacon);
  if (detail) event.detail = detail;
  return { kind: "event", event, referrer: beacon.referrer ?? "", raw_url: beacon.page_url };
}

/** The fields of a failed parse, each with one sentence; at most ten. */
export function fieldsOf(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues.slice(0, 10)) {
    const path = issue.path.join(".") || "body";
    fields[path] ??= issue.message;
  }
  return fields;
}

const TEXT_DETAILS = [
  ["target_element", TEXT.element],
  ["target_selector", TEXT.selector],
  ["target_tag", 50],
  ["target_id", TEXT.element],
  ["target_class", TEXT.element],
] as const;
const NUMBER_DETAILS = [
  "viewport_x",
  "viewport_y",
  "screen_x",
  "screen_y",
  "scroll_x",
  "scroll_y",
  "mouse_button",
  "click_count",
] as const;

function detailOf(beacon: BeaconEvent): EventDetail | null {
  const detail: EventDetail = {};
  for (const [name, most] of TEXT_DETAILS) {
    const value = beacon[name];
    if (value)
      detail[name] = cleanText(
        name === "target_element" || name === "target_selector" ? withoutTyped(value) : value,
        most,
      );
  }
  for (const name of NUMBER_DETAILS) {
    const value = beacon[name];
    if (value !== undefined && value !== null) detail[name] = Math.round(value);
  }
  // What was typed is never kept; the page masks it, and so does the edge, whoever sent it.
  if (beacon.input_value) {
    detail.input_value = MASK;
    detail.input_masked = true;
  }
  if (beacon.event_data) {
    const data = tidy(
      BEHAVIOUR.has(beacon.event_type.toLowerCase()) ? maskTyped(beacon.event_data) : beacon.event_data,
      DEPTH,
    );
    if (isRecord(data) && Object.keys(data).length > 0) detail.event_data = data;
  }
  return Object.keys(detail).length > 0 ? detail : null;
}

/** Events that are captured from what people do, not written by the owner's own code. */
const BEHAVIOUR: ReadonlySet<string> = new Set([
  "click",
  "input",
  "scroll",
  "move",
  "form",
  "mousemove",
  "mouse_move",
  "submit",
]);
const TYPED_KEYS: ReadonlySet<string> = new Set(["value", "key", "input_value", "key_pressed", "placeholder", "text"]);

function maskTyped(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, TYPED_KEYS.has(key.toLowerCase()) ? MASK : value]),
  );
}

/** Markup and selectors without the values and hints of fields, and without what stands in a text area. */
function withoutTyped(markup: string): string {
  return markup
    .replace(/(\b(?:value|placeholder)\s*[~|^$*]?=\s*)("[^"]*"?|'[^']*'?|[^\s>\]]+)/gi, `$1"${MASK}"`)
    .replace(/(<textarea\b[^>]*>)[\s\S]*/i, "$1");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Free data with storable texts and bounded depth; what lies deeper is left out. */
function tidy(value: unknown, depth: number): unknown {
  if (typeof value === "string") return plainText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => tidy(item, depth - 1));
  // From entries, so that a key `__proto__` is data and nothing else.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cutText(plainText(key), 200), tidy(item, depth - 1)]),
  );
}

/**
 * Bytes of the event as JSON, without white space and with no more escapes than needed, against the limit. Without
 * recursion, which hostile depth could overflow.
 */
function isTooLarge(raw: unknown): boolean {
  let size = 0;
  const stack: unknown[] = [raw];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value === "string") size += bytesOf(value);
    else if (Array.isArray(value)) {
      size += Math.max(2, value.length + 1);
      for (const item of value) stack.push(item);
    } else if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value);
      size += Math.max(2, entries.length + 1);
      for (const [key, item] of entries) {
        size += bytesOf(key) + 1;
        stack.push(item);
      }
    } else size += String(value).length;
    if (size > EVENT_BYTES) return true;
  }
  return false;
}

const utf8 = new TextEncoder();
const ESCAPED = /["\\\u0000-\u001f]/g;

/** Bytes of a text between its quotes, and the quotes. */
function bytesOf(text: string): number {
  if (text.length > EVENT_BYTES) return text.length;
  return utf8.encode(text).length + (text.match(ESCAPED)?.length ?? 0) + 2;
}
