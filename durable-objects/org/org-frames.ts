import { REPLAY_LINGER, REPLAYS_BYTES } from "../../protocol/limits";
import type { OrgPicture, SiteReport } from "../../protocol/org";
import { type Room, readRoom } from "../../protocol/rooms";
import { emptyHeatmap } from "../empty-heatmap";
import { frameDelay } from "../pure/cadence";
import { Beat, type Message } from "../sockets/beat";
import { Replay } from "../sockets/replay";
import type { Viewers } from "../sockets/viewers";
import { Soonest } from "../soonest";
import type { Board } from "./board";
import type { Directory } from "./directory";
import { sumReports } from "./sum-reports";

/** What frames need of the object. */
export interface BoardSource {
  board: Board;
  /** Null until somebody came. */
  directory(): Directory | null;
}

/** A room whose members have a picture. */
interface Shown {
  room: Room;
  /** Of the last frame. */
  seq: number;
  replay: Replay;
  /** Characters of the last whole picture. */
  pictureLength: number;
  /** Until then frames are made though nobody is in it: who went may come back. */
  lingers: number;
}

const showsSites = ({ kind }: Room): boolean => kind === "org" || kind === "group";

/** The frames of rooms that show several sites. */
export class OrgFrames {
  readonly #source: BoardSource;
  readonly #viewers: Viewers;
  /** After a wake-up none is here. */
  readonly #shown = new Map<string, Shown>();
  /** What the last `stats:updated` of a room said, as JSON; it holds beyond a new picture. */
  readonly #sums = new Map<string, string>();
  /** Sites that changed since the last frame, and from which second on. */
  #changed = new Map<string, number>();
  #lastAt = 0;
  #bytes = 0;
  readonly #next = new Soonest((now) => this.#tellNow(now));

  constructor(source: BoardSource, viewers: Viewers) {
    this.#source = source;
    this.#viewers = viewers;
  }

  /** A site told something. The first change leaves at once, what follows within the interval of frames as one. */
  changed(site_id: string, report: SiteReport, now: number): void {
    const from = report.seconds[0]?.[0] ?? now;
    this.#changed.set(site_id, Math.min(from, this.#changed.get(site_id) ?? now));
    if (this.#next.waits) return;
    const delay = frameDelay(this.#lastAt, now, { viewers: this.#viewers.count, bytes: this.#bytes });
    if (delay === 0) this.#tellNow(now);
    else this.#next.at(now + delay, now);
  }

  /** Tells at once what concerns everybody who sees that site. It is part of a frame, so that one who comes back to it gets it too. */
  tellAll(site_id: string, messages: readonly Message[], now: number): void {
    this.#tellNow(now, { site_id, messages });
  }

  /** Everybody gets the whole picture: sites came, went or moved between groups. */
  repeat(now: number): void {
    this.#shown.clear();
    this.#tellNow(now);
  }

  #tellNow(now: number, beside?: { site_id: string; messages: readonly Message[] }): void {
    const changed = this.#changed;
    this.#changed = new Map();
    this.#lastAt = now;
    this.#bytes = 0;
    this.#forgetLeft(now);
    for (const room of this.#openRooms()) {
      const isBeside = beside && this.#source.directory()?.shows(room, beside.site_id);
      const beat = this.#beatOf(room, changed, isBeside ? beside.messages : [], now);
      if (!beat) continue;
      this.#viewers.broadcastBeat(beat, now);
      this.#bytes = Math.max(this.#bytes, beat.length);
    }
  }

  /** Rooms that somebody is in, or was in a moment ago. */
  #openRooms(): Room[] {
    const names = new Set([...this.#viewers.rooms(), ...this.#shown.keys()]);
    return [...names].flatMap((name) => readRoom(name) ?? []).filter(showsSites);
  }

  #forgetLeft(now: number): void {
    const isEmpty = (name: string) => this.#viewers.membersOf(name).size === 0;
    for (const [name, { lingers }] of this.#shown) if (lingers <= now && isEmpty(name)) this.#shown.delete(name);
    for (const name of this.#sums.keys()) if (!this.#shown.has(name) && isEmpty(name)) this.#sums.delete(name);
  }

  /** What a room is told now; null: nothing. */
  #beatOf(room: Room, changed: ReadonlyMap<string, number>, beside: readonly Message[], now: number): Beat | null {
    const shown = this.#shown.get(room.name);
    if (!shown) return this.#begin(room, [...beside, ...this.#updatedStats(room)], now);
    const data = this.#delta(room, changed, now);
    if (data.sites.length === 0 && beside.length === 0) return null;
    shown.seq = this.#nextSeq(shown.seq);
    const beat = new Beat(room.name, shown.seq, [...beside, ...this.#updatedStats(room), { type: "delta", data }]);
    shown.replay.add(beat, this.#share);
    return beat;
  }

  /** For programs that know only these; made where somebody takes them, told when they changed. */
  #updatedStats(room: Room): Message[] {
    const before = this.#sums.get(room.name);
    this.#sums.delete(room.name);
    const directory = this.#source.directory();
    if (!directory || this.#viewers.takersOf(room.name, "stats:updated") === 0) return [];
    const reports = this.#source.board.entries().filter(([site_id]) => directory.shows(room, site_id));
    const data = sumReports(reports.map(([, report]) => report));
    const sums = JSON.stringify(data);
    this.#sums.set(room.name, sums);
    return sums === before ? [] : [{ type: "stats:updated", data }];
  }

  /** The picture with which a room's numbers begin anew. */
  #begin(room: Room, beside: readonly Message[], now: number): Beat {
    const seq = this.#nextSeq(null);
    const beat = new Beat(room.name, seq, [...beside, { type: "snapshot", data: this.#picture(room, now) }]);
    const shown = { room, seq, replay: new Replay(), pictureLength: beat.length, lingers: 0 };
    shown.replay.restart(seq);
    this.#shown.set(room.name, shown);
    // One more has its share of the others'.
    for (const { replay } of this.#shown.values()) replay.trim(this.#share);
    return beat;
  }

  get #share(): number {
    return REPLAYS_BYTES / this.#shown.size;
  }

  #delta(room: Room, changed: ReadonlyMap<string, number>, now: number): OrgPicture {
    const directory = this.#source.directory();
    const shown = [...changed].filter(([site_id]) => directory?.shows(room, site_id));
    const { board } = this.#source;
    const sites = shown.map(([site_id, from]) => board.show(site_id, directory?.sites.get(site_id) ?? null, from));
    return { at: now, sites };
  }

  #picture(room: Room, now: number): OrgPicture {
    const directory = this.#source.directory();
    const sites = [...(directory?.sites ?? [])]
      .filter(([site_id]) => directory?.shows(room, site_id))
      .map(([site_id, group_id]) => this.#source.board.show(site_id, group_id, now - 60_000));
    const alerts = this.#source.board.alerts(now).filter(({ site_id }) => directory?.shows(room, site_id));
    return { at: now, sites, ...(alerts.length > 0 && { alerts }) };
  }

  /**
   * What one who joined begins with: the frames after `seen`, if it names one and they are here and shorter than the
   * whole picture. All in the room get the picture where nobody is known to have one.
   */
  welcome(socket: WebSocket, room: Room, seen: number | undefined, now: number): void {
    if (!showsSites(room)) return this.#viewers.send(socket, emptyHeatmap(room.name, now));
    const shown = this.#shown.get(room.name);
    if (!shown) {
      this.#viewers.broadcastBeat(this.#begin(room, [], now), now);
      return;
    }
    for (const beat of this.#missed(shown, seen, now)) this.#viewers.sendBeat(socket, beat, now);
  }

  #missed(shown: Shown, seen: number | undefined, now: number): readonly Beat[] {
    const since = (length: number) => (seen === undefined ? null : shown.replay.since(seen, length));
    const short = since(shown.pictureLength);
    if (short) return short;
    // There may be more to show by now than there was in the last one.
    const picture = this.#repeatFor(shown, now);
    return since(picture.length) ?? [picture];
  }

  /** The picture for one alone: with the number of the last frame, so that the others see no gap. */
  #repeatFor(shown: Shown, now: number): Beat {
    const { room, seq } = shown;
    const beat = new Beat(room.name, seq, [{ type: "snapshot", data: this.#picture(room, now) }]);
    shown.pictureLength = beat.length;
    return beat;
  }

  /** Somebody left the room. */
  left(name: string, now: number): void {
    const shown = this.#shown.get(name);
    if (shown && this.#viewers.membersOf(name).size === 0) shown.lingers = now + REPLAY_LINGER;
  }

  /** Of a room whose members have a picture. */
  seqOf(name: string): number | undefined {
    return this.#shown.get(name)?.seq;
  }

  /** Beginning above every earlier number needs no storage: a restart takes longer than a millisecond a frame. */
  #nextSeq(last: number | null): number {
    const seq = (last ?? Math.max(Date.now() * 100, this.#newest)) + 1;
    this.#newest = Math.max(this.#newest, seq);
    return seq;
  }

  /** The highest number of any room: one that is numbered anew begins above it. */
  #newest = 0;
}
