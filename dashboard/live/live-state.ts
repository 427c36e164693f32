import type { Alert } from "../../protocol/alerts";
import type { LiveSnapshot } from "../../protocol/live";

/** What the client knows of one site. */
export interface LiveState {
  /** The room whose frames count. */
  room: string;
  /** Null until the first picture came. */
  snapshot: LiveSnapshot | null;
  /** Of the last frame taken from the socket; null when the picture came by polling, so no delta fits on it. */
  seq: number | null;
  /** Frames and polled pictures taken so far: what the pulse beats by. */
  frames: number;
  /** Milliseconds to add to this machine's clock to get the server's; null until the server told its time. */
  clockOffset: number | null;
  /** The last alerts that the server told of, newest first. */
  alerts: Alert[];
  /** A frame was missed: the picture is stale until a new snapshot comes. */
  stale: boolean;
}

/** The room a site's frames come in. */
export const roomOf = (site: string): string => `site:${site}`;

/** Nothing known yet. */
export const initialState = (site: string): LiveState => ({
  room: roomOf(site),
  snapshot: null,
  seq: null,
  frames: 0,
  clockOffset: null,
  alerts: [],
  stale: false,
});
