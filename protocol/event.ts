/** What may happen on a page. Any other `event_type` a sender gives is a custom event of that name. */
export const EVENT_TYPES = [
  "pageview",
  "leave",
  "custom",
  "click",
  "input",
  "scroll",
  "move",
  "error",
  "vital",
  "outbound",
  "download",
  "form",
  "request",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A sign of life. It keeps a visitor "now" and is never stored, so it is not an event. */
export const PING = "ping";

/** Detail that is refused before page views when the outbox is nearly full. */
export const BEHAVIOUR_DETAIL: readonly EventType[] = ["move", "scroll"];

/** One event as the edge hands it to the site's object: parsed, bounded, cleaned, with its own corrected time. */
export interface SiteEvent {
  /** Milliseconds since 1970, corrected by the sender's clock skew. */
  at: number;
  type: EventType;
  /** Name of a custom event, message of an error, name of a vital, target of an outbound link. */
  name?: string;
  /** Absolute address without fragment and with only the allowed query parameters. */
  page_url: string;
  /** Path of `page_url`, what reports call a page. */
  path: string;
  event_id?: string;
  seq?: number;
  title?: string;
  /** Visible time since the last report of this page, milliseconds; sent with `leave`. */
  engaged_ms?: number;
  /** Deepest point seen of the page, 0 to 100. */
  scroll_depth?: number;
  detail?: EventDetail;
}

/** The behaviour columns of an event row (target, coordinates, input) and its free `event_data`. */
export interface EventDetail {
  target_element?: string;
  target_selector?: string;
  target_tag?: string;
  target_id?: string;
  target_class?: string;
  viewport_x?: number;
  viewport_y?: number;
  screen_x?: number;
  screen_y?: number;
  scroll_x?: number;
  scroll_y?: number;
  input_value?: string;
  input_masked?: boolean;
  key_pressed?: string;
  mouse_button?: number;
  click_count?: number;
  event_data?: Record<string, unknown>;
}
