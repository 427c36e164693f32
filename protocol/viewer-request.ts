import * as z from "zod";
import { CounterSeat } from "./counter";
import { SiteFacts } from "./ingest";
import { SocketVisitor } from "./visitor-socket";

/** Messages from a viewer to an object. Fields stand at the top level or in `data`. */
export const ViewerRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ping") }),
  z.object({ type: z.literal("subscribe"), rooms: z.array(z.string().max(200)).max(100) }),
  z.object({ type: z.literal("unsubscribe"), rooms: z.array(z.string().max(200)).max(100) }),
]);
export type ViewerRequest = z.infer<typeof ViewerRequest>;

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
});
export type Viewer = z.infer<typeof Viewer>;

/** What the Worker tells the object at an upgrade that it has authorized. */
export const Upgrade = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("viewer"), viewer: Viewer, site: SiteFacts }),
  z.object({ kind: z.literal("counter"), seat: CounterSeat, address: z.string(), site: SiteFacts }),
  z.object({ kind: z.literal("visitor"), visitor: SocketVisitor, site: SiteFacts }),
]);
export type Upgrade = z.infer<typeof Upgrade>;

/** The same for an organization's object, which looks itself whether these rooms may be joined. */
export const OrgUpgrade = z.object({ kind: z.literal("viewer"), viewer: Viewer });
export type OrgUpgrade = z.infer<typeof OrgUpgrade>;

/** The tag of a socket at an object: its kind. */
export const SocketTag = z.enum(["viewer", "counter", "visitor"]);

/** Header that carries the `Upgrade` as JSON from the Worker to the object; never taken from outside. */
export const UPGRADE_HEADER = "x-footfall-upgrade";
