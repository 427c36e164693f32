import type { Frame } from "../../protocol/frame";
import type { SiteFacts } from "../../protocol/ingest";
import type { LiveNumbers, LiveSnapshot } from "../../protocol/live";
import { detailBytes, frameDelay } from "./cadence";
import type { LiveSite } from "./live-site";
import { deltaOf, snapshotOf } from "./model/picture";
import { expireTabs } from "./model/presence";
import { noChanges } from "./model/state";
import type { Viewers } from "./viewers";

/** What frames need of the object. */
export interface FrameSource {
  live(): LiveSite;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  /** Wakes the object at that time, milliseconds since 1970. */
  wakeAt(at: number): void;
  /** Where the site is watched from elsewhere. */
  link: {
    /** Frames of the site's room are wanted there. */
    readonly passing: boolean;
    /** Something may have changed. */
    changed(now: number): void;
  };
}

/** Who gets a frame that is not for all. */
export type Teller = (frame: Frame) => void;

/** A count that falls within this is told by a timer, a later one by the alarm: a timer keeps the object in memory. */
const TIMER = 2_000;

export const roomOf = (site_id: string): string => `site:${site_id}`;

/** The frames of a site's viewers: what they were told, and when they are told the next. */
export class LiveFrames {
  readonly #source: FrameSource;
  readonly #viewers: Viewers;
  #told: LiveNumbers | null = null;
  /** Sessions that viewers have, and whether as here now. */
  #shown = new Map<string, boolean>();
  /** Somebody was told more than the others: the next frame repeats every number, also those that went back meanwhile. */
  #newcomers = false;
  #seq = 0;
  #lastAt = 0;
  /** Size of the last frame. */
  #bytes = 0;
  #due: { at: number; timer: ReturnType<typeof setTimeout> } | null = null;
  /** How many viewers there were when that was last told, and when. */
  #audience: { told: number | null; at: number; due: boolean } = { told: null, at: 0, due: false };

  constructor(source: FrameSource, viewers: Viewers) {
    this.#source = source;
    this.#viewers = viewers;
  }

  /** Memory was rebuilt: the next frame is a whole picture. */
  forget(): void {
    this.#told = null;
  }

  /** The first change is told at once; what follows within the interval is merged into the next frame. */
  tell(now: number): void {
    this.#source.link.changed(now);
    if (this.#audienceCount() === 0) {
      this.#told = null;
      const live = this.#source.live();
      live.changes = noChanges(live.state);
      return;
    }
    const delay = frameDelay(this.#lastAt, now, this.#reach());
    if (delay === 0) this.tellNow(now);
    else this.#tellAt(now + delay);
  }

  /** Sends what changed to every viewer. */
  tellNow(now: number): void {
    const facts = this.#source.facts();
    if (!facts || this.#audienceCount() === 0) return;
    const live = this.#source.live();
    const room = roomOf(facts.site_id);
    let waiting: ReadonlySet<string> = new Set();
    if (!this.#told) {
      // Nobody was told anything since the object woke: the sockets that slept with it get the whole picture.
      const data = snapshotOf(live.state, facts.site_id, now, facts.time_zone);
      this.#tellFrom(data, now);
      this.#bytes = this.#viewers.broadcast({ type: "snapshot", room, seq: this.#nextSeq(), data }, now);
    } else {
      const told = this.#newcomers ? {} : this.#told;
      const bytes = detailBytes(this.#viewers.count);
      const made = deltaOf(live.state, live.changes, told, this.#lastAt, this.#shown, now, facts.time_zone, bytes);
      if (made) {
        this.#newcomers = false;
        this.#told = made.numbers;
        this.#bytes = this.#viewers.broadcast({ type: "delta", room, seq: this.#nextSeq(), data: made.delta }, now);
        waiting = made.waiting;
      }
    }
    live.changes = noChanges(live.state);
    for (const session_id of waiting) live.changes.sessions.add(session_id);
    this.#lastAt = now;
    this.watchPresence(now);
    if (waiting.size > 0) this.#tellAt(now + frameDelay(now, now, this.#reach()));
  }

  /** Viewers here, and one for all who watch from elsewhere. */
  #audienceCount(): number {
    return this.#viewers.count + (this.#source.link.passing ? 1 : 0);
  }

  #reach() {
    return { viewers: this.#viewers.count, bytes: this.#bytes };
  }

  /** The whole picture for one viewer, unless all are told it now. */
  sendSnapshot(teller: Teller, facts: SiteFacts, now: number): void {
    // Those who slept with the object get the whole picture too: differences from one that only this viewer has say nothing.
    if (this.#told === null && this.#audienceCount() > 1) {
      this.tellNow(now);
      return;
    }
    const data = snapshotOf(this.#source.live().state, facts.site_id, now, facts.time_zone);
    if (this.#told === null) this.#tellFrom(data, now);
    // This viewer may have sessions that the others had to let go.
    for (const { session_id, now: here } of data.sessions) {
      if (!this.#shown.has(session_id)) this.#shown.set(session_id, here);
    }
    // The number of the last frame: the others must not see a gap because somebody came.
    const seq = this.#seq === 0 ? this.#nextSeq() : this.#seq;
    teller({ type: "snapshot", room: roomOf(facts.site_id), seq, data });
    this.#newcomers = true;
  }

  /**
   * How many are watching, after somebody came or went: the first change at once, later ones within the interval of
   * frames as one, so that thousands who come back together are not each told of each other. True if everybody was told
   * now that somebody came.
   */
  #tellAudience(now: number, came: boolean): boolean {
    if (this.#audience.due) return false;
    const { count } = this.#viewers;
    // After a wake-up nobody knows what was told: what happened now is the change.
    this.#audience.told ??= came ? count - 1 : count + 1;
    const delay = frameDelay(this.#audience.at, now, { viewers: count, bytes: 0 });
    if (delay === 0) return this.#tellAudienceNow(now);
    this.#audience.due = true;
    setTimeout(() => this.#tellAudienceNow(Date.now()), delay);
    return false;
  }

  /** Tells one who just came how many are watching; the others may hear of it later. */
  welcome(socket: WebSocket, now: number): void {
    if (this.#tellAudience(now, true)) return;
    const room = roomOf(this.#source.facts()?.site_id ?? "");
    this.#viewers.send(socket, { type: "user_connected", room, data: this.#audienceAt(now) });
  }

  /** Tells the others that somebody went. */
  farewell(now: number): void {
    this.#tellAudience(now, false);
  }

  #tellAudienceNow(now: number): boolean {
    const facts = this.#source.facts();
    const { count } = this.#viewers;
    const told = this.#audience.told ?? count;
    this.#audience = { told: count, at: now, due: false };
    if (!facts || count === told) return false;
    const room = roomOf(facts.site_id);
    if (count > told) this.#viewers.broadcast({ type: "user_connected", room, data: this.#audienceAt(now) }, now);
    else this.#viewers.broadcast({ type: "user_disconnected", room, data: { total_dashboards: count } }, now);
    return count > told;
  }

  #audienceAt(now: number) {
    return { total_dashboards: this.#viewers.count, connected_at: new Date(now).toISOString() };
  }

  /** Sees to it that the next count that falls is told. */
  watchPresence(now: number): void {
    const next = expireTabs(this.#source.live().state.tabs, now);
    if (next === null) return;
    const soonest = now + frameDelay(this.#lastAt, now, this.#reach());
    if (next - now <= TIMER) this.#tellAt(Math.max(next + 1, soonest));
    else this.#source.wakeAt(next);
  }

  /** What follows is told as a difference from this picture. */
  #tellFrom(picture: LiveSnapshot, now: number): void {
    this.#told = picture;
    this.#shown = new Map(picture.sessions.map((session) => [session.session_id, session.now]));
    const live = this.#source.live();
    live.changes = noChanges(live.state);
    this.#lastAt = now;
  }

  /** Makes the next frame at `at`, or earlier if one is due earlier. */
  #tellAt(at: number): void {
    if (this.#due !== null && this.#due.at <= at) return;
    clearTimeout(this.#due?.timer);
    const timer = setTimeout(
      () => {
        this.#due = null;
        this.tellNow(Date.now());
      },
      Math.max(0, at - Date.now()),
    );
    this.#due = { at, timer };
  }

  /** Beginning above every earlier number needs no storage: a restart takes longer than a millisecond a frame. */
  #nextSeq(): number {
    this.#seq = Math.max(this.#seq + 1, this.#seq === 0 ? Date.now() * 100 : 0);
    return this.#seq;
  }
}
