import * as z from "zod";
import type { DropReason } from "./drop-reasons";
import type { EventError, RefusalCode } from "./refusals";

/**
 * A visitor's socket, `GET /api/v1/live?site=`. Messages are flat. In: `{ type: "events" }` with the fields of `TrackRequest`,
 * and `{"type":"ping"}`. Each `events` is answered by one `ack` or `error`, in the order in which they came.
 */
export type VisitorReply =
  | {
      type: "ack";
      /** Events kept now; repeats are not counted again. */
      count: number;
      session_id?: string;
      errors?: EventError[];
      /** Why some or all of it was dropped on purpose. */
      dropped?: DropReason;
    }
  | {
      type: "error";
      code: RefusalCode | "unknown_message";
      message: string;
      /** The same message may be sent again after so many milliseconds. */
      retry_after_ms?: number;
      fields?: Record<string, string>;
      errors?: EventError[];
    }
  | { type: "pong" };

/** What the request of the upgrade says about its sender: used for every message of the socket, kept with it alone. */
const SocketSender = z.object({
  address: z.string(),
  user_agent: z.string(),
  origin_host: z.string().nullable(),
  opt_out: z.boolean(),
  brands_hint: z.string().nullable(),
  mobile_hint: z.string().nullable(),
  platform_hint: z.string().nullable(),
  language: z.string(),
  /** Of `request.cf` what tells the place. */
  cf: z.record(z.string(), z.unknown()),
});
type SocketSender = z.infer<typeof SocketSender>;

/** Who holds a visitor's socket: passed from the Worker at the upgrade, kept in the socket's attachment. */
export const SocketVisitor = z.object({
  site_id: z.string(),
  sender: SocketSender,
  /** The tab of the page, if it said so: its signs of life by beacon and this socket are one connection. */
  tab: z.string().optional(),
});
export type SocketVisitor = z.infer<typeof SocketVisitor>;

/** Bytes of the above as JSON, at most; the platform keeps 16 KB with a socket. */
export const SOCKET_VISITOR_BYTES = 12 * 1024;
