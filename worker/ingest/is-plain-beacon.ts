import type { BeaconEvent } from "../../protocol/beacon";
import { TEXT } from "../../protocol/limits";

type Check = (value: unknown) => boolean;

const text =
  (most: number, least = 0): Check =>
  (value) =>
    typeof value === "string" && value.length <= most && value.length >= least;
const number =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === "number" && value >= least && value <= most;
const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && number(least, most)(value);
const or =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const anyText = text(Number.POSITIVE_INFINITY);
const coordinate = or(number(-100_000, 10_000_000));

const CHECKS: ReadonlyMap<string, Check> = new Map<keyof BeaconEvent, Check>([
  ["event_id", text(TEXT.id, 1)],
  ["seq", whole(0, 2_147_483_647)],
  ["timestamp", whole(0, 8.64e15)],
  ["event_type", text(TEXT.event_type, 1)],
  ["name", text(TEXT.url)],
  ["page_url", text(TEXT.url, 1)],
  ["title", anyText],
  ["referrer", anyText],
  ["engaged_ms", number(0, 86_400_000)],
  ["scroll_depth", number(0, 100)],
  ["target_element", or(anyText)],
  ["target_selector", or(anyText)],
  ["target_tag", or(anyText)],
  ["target_id", or(anyText)],
  ["target_class", or(anyText)],
  ["viewport_x", coordinate],
  ["viewport_y", coordinate],
  ["screen_x", coordinate],
  ["screen_y", coordinate],
  ["scroll_x", coordinate],
  ["scroll_y", coordinate],
  ["input_value", or(anyText)],
  ["input_masked", or((value) => typeof value === "boolean")],
  ["key_pressed", or(anyText)],
  ["mouse_button", or(whole(0, 31))],
  ["click_count", or(whole(0, 1_000))],
  // A field `__proto__` of free data is left out by the schema.
  ["event_data", or((value) => isRecord(value) && !Object.hasOwn(value, "__proto__"))],
]);

/**
 * True for parsed JSON that `BeaconEvent` takes as it is, unknown fields apart. False says nothing: the schema decides.
 * It stands before the schema because parsing is most of what an event costs, and a test holds the two together.
 */
export function isPlainBeacon(raw: unknown): raw is BeaconEvent {
  if (!isRecord(raw)) return false;
  let needed = 0;
  for (const key in raw) {
    const check = CHECKS.get(key);
    if (check === undefined) continue;
    if (!check(raw[key])) return false;
    if (key === "timestamp" || key === "event_type" || key === "page_url") needed++;
  }
  return needed === 3;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
