import * as z from "zod";
import { EVENTS_PER_BATCH, TEXT } from "./limits";
import type { EventError } from "./refusals";

/** What a browser may claim. Everything else about a visitor comes from the request itself. */

const text = (most: number) => z.string().max(most);
/** Browsers report fractions of a pixel; whole ones are kept. */
const coordinate = z.number().min(-100_000).max(10_000_000);
/** What a sender may not claim, or claims in a wrong form, is ignored: it must not cost the events beside it. */
const claim = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);
/** More than `most` is `most`, and null is nothing: a window without height gives no number. */
const amount = (most: number) =>
  z
    .number()
    .min(0)
    .transform((value) => Math.min(value, most))
    .nullish();
/** Of any version, also of none. */
const uuid = z.guid("Invalid UUID");
/** ISO 8601, or milliseconds since 1970. */
const time = z.union([z.iso.datetime({ offset: true }), z.number().int().min(0).max(8.64e15)]);

/** One event of `POST /api/v1/track` and of a visitor's socket. Unknown fields are ignored. */
export const BeaconEvent = z.object({
  event_id: text(TEXT.id).min(1).optional(),
  /** Counts up by one for each event of a `tab`. */
  seq: z.number().int().min(0).max(2_147_483_647).optional(),
  timestamp: time,
  event_type: text(TEXT.event_type).min(1),
  /** Name of a custom event; message of an error; name of a vital; address of an outbound link or download. */
  name: text(TEXT.url).optional(),
  page_url: text(TEXT.url).min(1),
  title: z.string().optional(),
  referrer: z.string().optional(),
  /** Visible milliseconds on this page since the last report of it. */
  engaged_ms: amount(86_400_000),
  /** Deepest point of the page seen, percent. */
  scroll_depth: amount(100),
  target_element: z.string().nullish(),
  target_selector: z.string().nullish(),
  target_tag: z.string().nullish(),
  target_id: z.string().nullish(),
  target_class: z.string().nullish(),
  viewport_x: coordinate.nullish(),
  viewport_y: coordinate.nullish(),
  screen_x: coordinate.nullish(),
  screen_y: coordinate.nullish(),
  scroll_x: coordinate.nullish(),
  scroll_y: coordinate.nullish(),
  input_value: z.string().nullish(),
  input_masked: z.boolean().nullish(),
  key_pressed: z.string().nullish(),
  mouse_button: z.number().int().min(0).max(31).nullish(),
  click_count: z.number().int().min(0).max(1_000).nullish(),
  event_data: z.record(z.string(), z.unknown()).nullish(),
});
export type BeaconEvent = z.infer<typeof BeaconEvent>;

const pixels = z.number().int().min(0).max(100_000);
/** What is known of the window; used when a session opens. */
export const PageContext = z.object({
  screen_width: pixels.optional(),
  screen_height: pixels.optional(),
  viewport_width: pixels.optional(),
  viewport_height: pixels.optional(),
  /** Without it the request's `Accept-Language` says it. */
  language: z.string().max(35).optional(),
});
export type PageContext = z.infer<typeof PageContext>;

/** The same as the tracker says it: width and height of the screen, then of the window's inside. */
const WindowSizes = z.tuple([pixels, pixels, pixels, pixels]).transform(
  ([screen_width, screen_height, viewport_width, viewport_height]): PageContext => ({
    screen_width,
    screen_height,
    viewport_width,
    viewport_height,
  }),
);
export type WindowSizes = z.input<typeof WindowSizes>;

/** The envelope of `POST /api/v1/track`. Events are parsed one by one, so that one bad event costs only itself. */
export const TrackRequest = z.object({
  site: text(TEXT.id).optional(),
  /** A UUID of any version, or of none. */
  session_id: uuid.optional(),
  /** Made by the tracker per page load, kept in memory alone. */
  tab: uuid.optional(),
  sent_at: time.optional(),
  /** First-party id, only where the site's owner chose `persistent` and the visitor agreed. */
  visitor: claim(uuid),
  /** A server's own id of its user; taken from callers with a key, and from `footfall.identify` in `persistent`. */
  user_id: claim(text(TEXT.user_id).min(1)),
  /** Do Not Track or Global Privacy Control as the page sees it: page views alone, without any id. */
  dnt: z.boolean().optional(),
  /** False when the page was hidden while sending: such a batch is no sign of life. */
  visible: z.boolean().optional(),
  context: claim(z.union([PageContext, WindowSizes])),
  /** Taken from callers with a key of scope `ingest`, ignored from browsers. A code or a name of a country. */
  country: claim(z.string().max(100)),
  user_agent: claim(z.string().max(1_000)),
  ip: claim(z.string().max(45)),
  events: z.array(z.unknown()).min(1).max(EVENTS_PER_BATCH),
});
export type TrackRequest = z.infer<typeof TrackRequest>;

/** Reply to `POST /api/v1/track`. */
export interface TrackReply {
  message: "Events tracked successfully";
  /** Events kept now; repeats are not counted again. */
  count: number;
  session_id: string | null;
  errors?: EventError[];
}

/** One event of `POST /api/events`. */
export const SimpleEvent = z.object({
  type: text(TEXT.event_type).min(1),
  page: text(TEXT.url).min(1),
  session_id: text(TEXT.id).min(1),
  timestamp: time.optional(),
  event_id: text(TEXT.id).min(1).optional(),
  country: claim(z.string().max(100)),
  user_id: claim(text(TEXT.user_id).min(1)),
  metadata: claim(z.record(z.string(), z.unknown())),
});
export type SimpleEvent = z.infer<typeof SimpleEvent>;

/** `POST /api/v1/sessions`. Device, browser and system are ignored from browsers, which say them by their user agent. */
export const SessionRequest = z.object({
  site: text(TEXT.id).optional(),
  user_id: claim(text(TEXT.user_id).min(1)),
  page_url: text(TEXT.url).min(1),
  referrer: claim(text(TEXT.url)),
  user_agent: claim(z.string().max(1_000)),
  device_type: claim(z.enum(["desktop", "mobile", "tablet"])),
  browser: claim(z.string().max(100)),
  os: claim(z.string().max(100)),
  context: claim(PageContext),
});
export type SessionRequest = z.infer<typeof SessionRequest>;
