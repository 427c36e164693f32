import * as z from "zod";
import { CounterSeat } from "./counter";
import { SiteFacts } from "./ingest";
import { DASHBOARD_ACTION_BYTES, RELAYS, TEXT } from "./limits";
import { ROOM_MESSAGES, type RoomMessage } from "./room-messages";
import { SocketVisitor } from "./visitor-socket";

/** Names that this server does not know are left out: a newer client may name them. */
const Messages = z
  .array(z.string().max(50))
  .max(50)
  .transform((names): RoomMessage[] => ROOM_MESSAGES.filter((name) => names.includes(name)));

const Rooms = z.array(z.string().max(200)).max(100);

/** By room: the last number seen. */
const Resume = z.record(z.string().max(200), z.number().int().nonnegative());

const text = z.string().max(TEXT.url).exactOptional();
/** Comes back with the answer. */
const id = z.string().max(64).optional();

/** The part of a message by which its answer is known. */
export const MessageId = z.object({ id: z.string().max(64) });

/** Messages from a viewer to an object. Fields stand at the top level or in `data`. */
export const ViewerRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ping") }),
  /** With `messages` the socket takes those from now on, in all its rooms. */
  z.object({ type: z.literal("subscribe"), rooms: Rooms, messages: Messages.optional() }),
  z.object({ type: z.literal("unsubscribe"), rooms: Rooms }),
  z.object({ type: z.literal("resume"), rooms: Resume }),
  z.object({
    type: z.literal("request_detailed_stats"),
    /** One that the socket is in; unset: of an organization's socket the first one. */
    room: z.string().max(200).optional(),
    filter: z.object({ country: text, page: text, device: text, source: text }).default({}),
    id,
  }),
  z.object({
    type: z.literal("track_dashboard_action"),
    /** One that the socket is in, which alone is told; unset: all of them. */
    room: z.string().max(200).optional(),
    action: z.string().min(1).max(TEXT.name),
    details: z
      .record(z.string().max(TEXT.name), z.unknown())
      .default({})
      .refine(
        (details) => JSON.stringify(details).length <= DASHBOARD_ACTION_BYTES,
        "At most 2,000 characters as JSON.",
      ),
  }),
]);
export type ViewerRequest = z.infer<typeof ViewerRequest>;

/** What a viewer may ask for at the upgrade beside its rooms: `messages=delta,aggregates`, `resume=site:ID:SEQ,…`, `marks=1`. */
export const UpgradeQuery = z.object({
  messages: z
    .string()
    .max(500)
    .transform((names) => names.split(","))
    .pipe(Messages)
    .optional(),
  resume: z
    .string()
    .max(10_000)
    .transform((rooms) => Object.fromEntries(rooms.split(",").flatMap(roomAndNumber)))
    .optional(),
  /** The client sends marks back. */
  marks: z.literal("1").optional().catch(undefined),
});

export type UpgradeQuery = z.infer<typeof UpgradeQuery>;

/** What cannot be read is left out: its room begins with a snapshot. */
function roomAndNumber(text: string): [string, number][] {
  const match = /^(.{1,200}):(\d{1,16})$/.exec(text);
  return match?.[1] === undefined ? [] : [[match[1], Number(match[2])]];
}

/** Text that the object answers without waking up (`setWebSocketAutoResponse`). */
export const PING_TEXT = '{"type":"ping"}';
export const PONG_TEXT = '{"type":"pong"}';

/** What a socket is open by, as far as an object needs it to see whether that still holds. */
export const Grant = z.discriminatedUnion("kind", [
  /** A session cookie; `hash` as in D1. */
  z.object({ kind: z.literal("session"), user_id: z.string(), hash: z.string() }),
  /** A member's token or ticket, good until then (milliseconds since 1970; null: as long as the membership). */
  z.object({ kind: z.literal("member"), user_id: z.string(), until: z.number().nullable() }),
  /** An API key; `site_id` is the one site it may see, null: all. */
  z.object({ kind: z.literal("key"), key_id: z.string(), site_id: z.string().nullable() }),
]);
export type Grant = z.infer<typeof Grant>;

/** Who holds a viewer socket: passed from the Worker at the upgrade, kept in the socket's attachment. */
export const Viewer = z.object({
  user_id: z.string(),
  org_id: z.string(),
  grant: Grant,
  /** Joined at the moment. */
  rooms: z.array(z.string()),
  /** What it takes of its rooms; absent: everything. */
  messages: Messages.optional(),
  /** It sends marks back. */
  marks: z.literal(true).optional(),
  /** What the site takes of an address in a minute, where its object had no room for this socket. */
  rate_limit: z.number().nonnegative().optional(),
});
export type Viewer = z.infer<typeof Viewer>;

/** What the Worker tells the object at an upgrade that it has authorized. */
export const Upgrade = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("viewer"), viewer: Viewer, site: SiteFacts, resume: Resume.optional() }),
  z.object({ kind: z.literal("counter"), seat: CounterSeat, address: z.string(), site: SiteFacts }),
  z.object({ kind: z.literal("visitor"), visitor: SocketVisitor, site: SiteFacts }),
]);
export type Upgrade = z.infer<typeof Upgrade>;

/** The same for an organization's object, which looks itself whether these rooms may be joined. */
export const OrgUpgrade = z.object({
  kind: z.literal("viewer"),
  viewer: Viewer,
  resume: Resume.optional(),
  /** Which of the organization's objects this is; a Worker of older code, which does not say, knows of the first alone. */
  relay: z.number().int().min(0).max(RELAYS).default(0),
});
export type OrgUpgrade = z.infer<typeof OrgUpgrade>;

/** The tag of a socket at an object: its kind. */
export const SocketTag = z.enum(["viewer", "counter", "visitor"]);

/** Header that carries the `Upgrade` as JSON from the Worker to the object; never taken from outside. */
export const UPGRADE_HEADER = "x-footfall-upgrade";
