import type { Alert } from "./alerts";
import type { LiveDelta, LiveSnapshot } from "./live";
import type {
  ClosedWindow,
  DashboardAction,
  DetailedStats,
  LiveStats,
  SessionActivity,
  VisitorUpdate,
} from "./live-messages";
import type { RoomMessage } from "./room-messages";

/**
 * Messages from an object to a viewer. `seq` counts per room, and begins above every earlier one after a restart. Of what is
 * told at once the last message carries it, which is the `delta` where the viewer takes those.
 */
export type Frame =
  | { type: "hello"; data: Hello }
  | { type: "snapshot"; room: string; seq: number; data: LiveSnapshot }
  | { type: "delta"; room: string; seq: number; data: LiveDelta }
  | { type: "visitor_update"; room: string; seq?: number; data: VisitorUpdate }
  | { type: "session_activity"; room: string; seq?: number; data: SessionActivity }
  | { type: "stats:updated"; room: string; seq?: number; data: LiveStats }
  | { type: "aggregates"; room: string; seq?: number; data: ClosedWindow }
  | { type: "detailed_stats"; room: string; data: DetailedStats }
  | { type: "dashboard_action"; room: string; data: DashboardAction }
  | { type: "user_connected"; room: string; data: { total_dashboards: number; connected_at: string } }
  | { type: "user_disconnected"; room: string; data: { total_dashboards: number } }
  /** A rule of the site was met. */
  | { type: "alert"; room: string; seq?: number; data: Alert }
  /** A code may be one of a newer server. */
  | { type: "error"; data: Omit<ViewerError, "code"> & { code: string } }
  /** As text made by `markText`. */
  | { type: "mark"; data: { at: number } }
  | { type: "pong" };

export interface Hello {
  protocol: number;
  /** The object's clock when the socket opened; a client shows ages against it. */
  at: number;
  user_id: string;
  org_id: string;
  /** Those that the socket is in now. */
  rooms: string[];
  /** By room: the number of its last frame, where it is known. */
  seq: Record<string, number>;
  /** What the socket takes of what happens in its rooms. */
  messages: RoomMessage[];
}

/**
 * What was wrong with a message; the socket stays open. `use_org`: the socket is held by one site, which has no other rooms.
 * `unknown_message`: of a type that this server does not know. `invalid_message`: a field is wrong. `rate_limited`: too many
 * of this kind, `retry_after_ms` says when again. `unavailable`: could not be done now; try again later. `not_allowed`: these
 * rooms are not for this viewer, or do not exist. `not_in_room`: join the room first. `too_many_rooms`, `too_many_joins`: leave a room first, or wait.
 * `too_many_sites`: open a socket for that site alone.
 */
export interface ViewerError {
  code:
    | "use_org"
    | "unknown_message"
    | "invalid_message"
    | "rate_limited"
    | "unavailable"
    | "not_allowed"
    | "not_in_room"
    | "too_many_rooms"
    | "too_many_joins"
    | "too_many_sites";
  message: string;
  /** Which rooms it is about. */
  rooms?: string[];
  /** By field: what is wrong with it. */
  fields?: Record<string, string>;
  retry_after_ms?: number;
  /** As asked, if the request had one. */
  id?: string;
}
