import { FRAMES_PER_SECOND_LEAST, SENDS_PER_SECOND } from "../../protocol/limits";
import type { LiveNumbers, LiveSession } from "../../protocol/live";
import type { RoomMessage } from "../../protocol/room-messages";
import type { Told } from "../sockets/beat";
import { ClosedWindows } from "./closed-windows";
import { activityOf, eventOf, summaryOf, windowOf } from "./model/outward";
import type { Changes, SiteState } from "./model/state";

/** What a beat is about. */
export interface Happened {
  state: SiteState;
  changes: Changes;
  numbers: LiveNumbers;
  /** Those that changed, most recently active first. */
  sessions: readonly LiveSession[];
  now: number;
}

/** How many viewers take a kind of message. */
export type Takers = (kind: RoomMessage) => number;

/** Sessions of which one beat tells at most. */
const ACTIVITIES = 50;

/** Messages beside a room's deltas, for programs that know only those. What nobody takes is not made. */
export class Companions {
  readonly #windows = new ClosedWindows();
  #stats = "";

  /** The first came who takes `aggregates`: windows that closed before are none of its. */
  beginWindows(now: number): void {
    this.#windows.begin(now);
  }

  /** When there is something to tell though nothing happens, milliseconds since 1970. */
  nextAt(state: SiteState, takers: Takers): number | null {
    return takers("aggregates") > 0 ? this.#windows.nextAt(state.windows) : null;
  }

  beside(happened: Happened, takers: Takers): Told[] {
    return [
      ...this.#update(happened, takers("visitor_update")),
      ...activities(happened.sessions, takers("session_activity")),
      ...this.#updatedStats(happened, takers("stats:updated")),
      ...this.#closed(happened, takers("aggregates")),
    ];
  }

  #update({ state, changes, numbers }: Happened, takers: number): Told[] {
    const [newest] = state.feed;
    if (takers === 0 || !newest || newest.n < changes.feed_from) return [];
    const events = newest.n - changes.feed_from + 1;
    return [{ type: "visitor_update", data: { event: eventOf(newest), events, stats: summaryOf(numbers) } }];
  }

  #updatedStats({ numbers }: Happened, takers: number): Told[] {
    const data = summaryOf(numbers);
    const stats = takers === 0 ? "" : JSON.stringify(data);
    if (stats === this.#stats) return [];
    this.#stats = stats;
    return takers === 0 ? [] : [{ type: "stats:updated", data }];
  }

  #closed({ state, now }: Happened, takers: number): Told[] {
    if (takers === 0) {
      this.#windows.forget();
      return [];
    }
    return this.#windows
      .take(state.windows, now)
      .map(({ name, point }) => ({ type: "aggregates", data: { window: name, ...windowOf(point) } }));
  }
}

/** With many takers of few sessions, so that sends stay bounded: a later message of a session says all that this one would. */
function activities(sessions: readonly LiveSession[], takers: number): Told[] {
  if (takers === 0) return [];
  const most = Math.min(ACTIVITIES, Math.ceil(SENDS_PER_SECOND / FRAMES_PER_SECOND_LEAST / takers));
  return sessions.slice(0, most).map((session) => ({ type: "session_activity", data: activityOf(session) }));
}
