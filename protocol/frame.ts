import type { Alert } from "./alerts";
import type { LiveDelta, LiveSnapshot } from "./live";

/** Messages from an object to a viewer. `seq` counts per room, and begins above every earlier one after a restart. */
export type Frame =
  | { type: "hello"; data: Hello }
  | { type: "snapshot"; room: string; seq: number; data: LiveSnapshot }
  | { type: "delta"; room: string; seq: number; data: LiveDelta }
  | { type: "user_connected"; room: string; data: { total_dashboards: number; connected_at: string } }
  | { type: "user_disconnected"; room: string; data: { total_dashboards: number } }
  | { type: "error"; data: { code: string; message: string; rooms?: string[]; retry_after_ms?: number } }
  /** A rule of the site was met. */
  | { type: "alert"; room: string; data: Alert }
  | { type: "pong" };

export interface Hello {
  protocol: number;
  /** The object's clock when the socket opened; a client shows ages against it. */
  at: number;
  user_id: string;
  rooms: string[];
}
