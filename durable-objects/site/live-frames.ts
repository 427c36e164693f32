import type { Alert } from "../../protocol/alerts";
import type { SiteFacts } from "../../protocol/ingest";
import { REPLAY_LINGER } from "../../protocol/limits";
import type { LiveNumbers, LiveSnapshot } from "../../protocol/live";
import type { RoomMessage } from "../../protocol/room-messages";
import { roomOf } from "../../protocol/rooms";
import { detailBytes, frameDelay } from "../pure/cadence";
import { Beat, type Told } from "../sockets/beat";
import { Replay } from "../sockets/replay";
import type { Viewers } from "../sockets/viewers";
import { Soonest } from "../soonest";
import { Companions } from "./companions";
import type { LiveSite } from "./live-site";
import { deltaOf, snapshotOf } from "./model/picture";
import { expireTabs } from "./model/presence";
import { isQuiet } from "./model/quiet";
import { noChanges } from "./model/state";

/** What frames need of the object. */
export interface FrameSource {
  live(): LiveSite;
  /** A frame was sent so many milliseconds after the first change that it tells. */
  framed(ms: number): void;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  /** Wakes the object at that time, milliseconds since 1970. */
  wakeAt(at: number): void;
  /** Alerts that one who comes now has to know, newest first. */
  alerts(now: number): Alert[];
  /** Where the site is watched from elsewhere. */
  links: {
    /** How many objects want the frames of the site's room. */
    readonly passing: number;
    /** How many are in the room there: in all, and at the one with most. */
    readonly viewers: { all: number; most: number };
    /** Something may have changed. */
    changed(now: number): void;
  };
}

/** Gives a beat to one who gets it alone. */
export type Teller = (beat: Beat) => void;

/** A count that falls within this is told by a timer, a later one by the alarm: a timer keeps the object in memory. */
const TIMER = 2_000;
/** The same for windows that close. */
const CLOSE_TIMER = 5_000;

/** The frames of a site's viewers: what they were told, and when they are told the next. */
export class LiveFrames {
  readonly #source: FrameSource;
  readonly #viewers: Viewers;
  readonly #companions = new Companions();
  readonly #replay = new Replay();
  #told: LiveNumbers | null = null;
  /** Sessions that viewers have, and whether as here now. */
  #shown = new Map<string, boolean>();
  /** Somebody was told more than the others: the next frame repeats every number, also those that went back meanwhile. */
  #newcomers = false;
  #seq = 0;
  #lastAt = 0;
  /** The first change that was not told yet; null: there is none. */
  #changedAt: number | null = null;
  /** What was sent with the last frame, to all together, and how long the last whole picture was. */
  #sent = { messages: 0, bytes: 0 };
  #pictureLength = 0;
  /** What the next frame tells beside all that changed. */
  #alerts: Told[] = [];
  /** Until then frames are made though nobody watches: who went may come back. */
  #lingerUntil = 0;
  readonly #next = new Soonest((now) => this.tellNow(now));
  /** How many viewers there were when that was last told, and when. */
  #audience: { told: number | null; at: number } = { told: null, at: 0 };
  readonly #nextAudience = new Soonest((now) => this.#tellAudienceNow(now));

  constructor(source: FrameSource, viewers: Viewers) {
    this.#source = source;
    this.#viewers = viewers;
  }

  /** Memory was rebuilt: the next frame is a whole picture. */
  forget(): void {
    this.#told = null;
    this.#replay.clear();
  }

  get #room(): string {
    return roomOf(this.#source.facts()?.site_id ?? "");
  }

  /** Those in the room here. */
  get #count(): number {
    return this.#viewers.membersOf(this.#room).size;
  }

  /** As many as there are at the object with most: each tells its own. */
  get #widest(): number {
    return Math.max(this.#count, this.#source.links.viewers.most);
  }

  /** Those in the room here and elsewhere. */
  get #dashboards(): number {
    return this.#count + this.#source.links.viewers.all;
  }

  /** How many take a kind of message; all who watch at another object are one, who takes everything. */
  readonly #takers = (kind: RoomMessage): number =>
    this.#viewers.takersOf(this.#room, kind) + this.#source.links.passing;

  #isWatched(now: number): boolean {
    return this.#audienceCount() > 0 || now < this.#lingerUntil;
  }

  /** The first change is told at once; what follows within the interval is merged into the next frame. */
  tell(now: number): void {
    this.#source.links.changed(now);
    if (!this.#isWatched(now)) {
      this.forget();
      const live = this.#source.live();
      live.changes = noChanges(live.state);
      return;
    }
    this.#changedAt ??= now;
    const delay = frameDelay(this.#lastAt, now, this.#reach());
    if (delay === 0) this.tellNow(now);
    else this.#next.at(now + delay);
  }

  /** Whether the object woke for something that viewers do not see: they know all there is. */
  isQuiet(now: number): boolean {
    const timeZone = this.#source.facts()?.time_zone ?? "UTC";
    return this.#told === null && isQuiet(this.#source.live().state, now, timeZone);
  }

  /** Tells an alert at once. It is part of a frame, so that one who comes back to it gets it too. */
  tellAlert(data: Alert, now: number): void {
    if (this.#isWatched(now)) {
      this.#alerts.push({ type: "alert", data });
      this.tellNow(now);
    } else {
      // Nobody is in the room; somebody may watch the organization.
      this.#viewers.broadcast({ type: "alert", room: this.#room, data }, now);
    }
  }

  /** Sends what changed to every viewer. */
  tellNow(now: number): void {
    const facts = this.#source.facts();
    if (!facts || !this.#isWatched(now)) return;
    const live = this.#source.live();
    const { state, changes } = live;
    const alerts = this.#alerts.splice(0);
    let waiting: ReadonlySet<string> = new Set();
    if (!this.#told) {
      // Nobody was told anything since the object woke: the sockets that slept with it get the whole picture.
      const data = this.#picture(facts, now);
      const sessions = data.sessions.filter(({ session_id }) => changes.sessions.has(session_id));
      const beside = this.#companions.beside({ state, changes, numbers: data, sessions, now }, this.#takers);
      this.#tellFrom(data, now);
      const beat = this.#send([...alerts, ...beside, { type: "snapshot", data }], now);
      this.#pictureLength = beat.length;
      this.#replay.restart(beat.seq);
    } else {
      const told = this.#newcomers ? {} : this.#told;
      const bytes = detailBytes(this.#widest);
      const made = deltaOf(state, changes, told, this.#lastAt, this.#shown, now, facts.time_zone, bytes);
      const { delta, numbers } = made ?? { delta: { at: now }, numbers: this.#told };
      const happened = { state, changes, numbers, sessions: delta.sessions ?? [], now };
      const beside = [...alerts, ...this.#companions.beside(happened, this.#takers)];
      if (made || beside.length > 0) {
        if (made) this.#newcomers = false;
        this.#told = numbers;
        // Whoever takes deltas gets one of every number, and sees by it that none was missed.
        this.#replay.add(this.#send([...beside, { type: "delta", data: delta }], now));
        waiting = made?.waiting ?? waiting;
      }
    }
    live.changes = noChanges(state);
    for (const session_id of waiting) live.changes.sessions.add(session_id);
    this.#changedAt = null;
    this.#lastAt = now;
    this.watch(now);
    if (waiting.size > 0) this.#next.at(now + frameDelay(now, now, this.#reach()));
  }

  #picture(facts: SiteFacts, now: number): LiveSnapshot {
    const picture = snapshotOf(this.#source.live().state, facts.site_id, now, facts.time_zone);
    const alerts = this.#source.alerts(now);
    return alerts.length === 0 ? picture : { ...picture, alerts };
  }

  #send(messages: Told[], now: number): Beat {
    this.#seq = this.seq + 1;
    const beat = new Beat(this.#room, this.#seq, messages);
    this.#sent = this.#viewers.broadcastBeat(beat, now);
    if (this.#changedAt !== null) this.#source.framed(Date.now() - this.#changedAt);
    return beat;
  }

  /** Viewers here, and one for all who watch at another object. */
  #audienceCount(): number {
    return this.#count + this.#source.links.passing;
  }

  #reach() {
    const { messages, bytes } = this.#sent;
    return { viewers: Math.max(messages, this.#widest), bytes: bytes / Math.max(1, messages) };
  }

  /** Somebody joined, and was told nothing yet. */
  arrived(socket: WebSocket, now: number): void {
    if (this.#viewers.takes(socket, "aggregates") && this.#takers("aggregates") === 1)
      this.#companions.beginWindows(now);
  }

  /** What a viewer begins with: the frames after `seen`, if it names one and they are here and shorter than the whole picture. */
  begin(socket: WebSocket, facts: SiteFacts, seen: number | undefined, now: number): void {
    const teller = (beat: Beat) => this.#viewers.sendBeat(socket, beat, now);
    const missed = seen === undefined || !this.#told ? null : this.#replay.since(seen, this.#pictureLength);
    if (!missed) return this.sendSnapshot(teller, facts, now);
    for (const beat of missed) teller(beat);
    // What changed while nobody watched waits for nobody; otherwise the next frame for all tells it.
    if (this.#audienceCount() === 1) this.tellNow(now);
  }

  /** The whole picture for one viewer, unless all are told it now. */
  sendSnapshot(teller: Teller, facts: SiteFacts, now: number): void {
    // Those who slept with the object get the whole picture too: differences from one that only this viewer has say nothing.
    if (this.#told === null && this.#audienceCount() > 1) {
      this.tellNow(now);
      return;
    }
    const data = this.#picture(facts, now);
    if (this.#told === null) {
      this.#tellFrom(data, now);
      this.#replay.restart(this.seq);
    }
    // This viewer may have sessions that the others had to let go.
    for (const { session_id, now: here } of data.sessions) {
      if (!this.#shown.has(session_id)) this.#shown.set(session_id, here);
    }
    // The number of the last frame: the others must not see a gap because somebody came.
    const beat = new Beat(roomOf(facts.site_id), this.seq, [{ type: "snapshot", data }]);
    this.#pictureLength = beat.length;
    teller(beat);
    this.#newcomers = true;
  }

  /**
   * How many are watching, after somebody came or went: the first change at once, later ones within the interval of
   * frames as one, so that thousands who come back together are not each told of each other. True if everybody was told
   * now that somebody came.
   */
  #tellAudience(now: number, more: number): boolean {
    if (this.#nextAudience.waits) return false;
    const count = this.#dashboards;
    // After a wake-up nobody knows what was told: what happened now is the change.
    this.#audience.told ??= count - more;
    const delay = frameDelay(this.#audience.at, now, { viewers: this.#widest, bytes: 0 });
    if (delay === 0) return this.#tellAudienceNow(now);
    this.#nextAudience.at(now + delay, now);
    return false;
  }

  /** Tells one who just came how many are watching; the others may hear of it later. */
  welcome(socket: WebSocket, now: number): void {
    if (this.#tellAudience(now, 1)) return;
    this.#viewers.send(socket, { type: "user_connected", room: this.#room, data: this.#audienceAt(now) });
  }

  /** Tells the others that somebody went. */
  farewell(now: number): void {
    if (this.#count === 0) this.#lingerUntil = now + REPLAY_LINGER;
    this.#tellAudience(now, -1);
  }

  /** So many more watch elsewhere, or fewer; 0: as many as was not known. */
  audience(more: number, now: number): void {
    this.#tellAudience(now, more);
  }

  #tellAudienceNow(now: number): boolean {
    const count = this.#dashboards;
    const told = this.#audience.told ?? count;
    this.#audience = { told: count, at: now };
    if (!this.#source.facts() || count === told) return false;
    const room = this.#room;
    if (count > told) this.#viewers.broadcast({ type: "user_connected", room, data: this.#audienceAt(now) }, now);
    else this.#viewers.broadcast({ type: "user_disconnected", room, data: { total_dashboards: count } }, now);
    return count > told;
  }

  #audienceAt(now: number) {
    return { total_dashboards: this.#dashboards, connected_at: new Date(now).toISOString() };
  }

  /** Sees to it that what time alone brings is told: the next count that falls, the next window that closes. */
  watch(now: number): void {
    const { tabs } = this.#source.live().state;
    this.#tellOrWake(expireTabs(tabs, now), TIMER, now);
    this.#tellOrWake(this.#nextClose(), CLOSE_TIMER, now);
  }

  /** When time alone brings something to tell, milliseconds since 1970; null: not before something happens. */
  nextAt(now: number): number | null {
    if (this.#audienceCount() === 0) return null;
    const times = [expireTabs(this.#source.live().state.tabs, now), this.#nextClose()].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #nextClose(): number | null {
    return this.#companions.nextAt(this.#source.live().state, this.#takers);
  }

  #tellOrWake(at: number | null, timer: number, now: number): void {
    if (at === null) return;
    if (at - now <= timer) this.#next.at(Math.max(at + 1, now + frameDelay(this.#lastAt, now, this.#reach())));
    else this.#source.wakeAt(at);
  }

  /** What follows is told as a difference from this picture. */
  #tellFrom(picture: LiveSnapshot, now: number): void {
    this.#told = picture;
    this.#shown = new Map(picture.sessions.map((session) => [session.session_id, session.now]));
    const live = this.#source.live();
    live.changes = noChanges(live.state);
    this.#lastAt = now;
  }

  /** Number of the last frame. Beginning above every earlier one needs no storage: a restart takes longer than a millisecond a frame. */
  get seq(): number {
    if (this.#seq === 0) this.#seq = Date.now() * 100;
    return this.#seq;
  }
}
