import type { OrgFrame, SiteReport } from "../../protocol/org";
import { type Room, readRoom } from "../../protocol/rooms";
import { emptyHeatmap } from "../empty-heatmap";
import { frameDelay } from "../pure/cadence";
import type { Viewers } from "../sockets/viewers";
import { Soonest } from "../soonest";
import type { Board } from "./board";
import type { Directory } from "./directory";

/** What frames need of the object. */
export interface BoardSource {
  board: Board;
  /** Null until somebody came. */
  directory(): Directory | null;
}

const showsSites = ({ kind }: Room): boolean => kind === "org" || kind === "group";

/** The frames of rooms that show several sites. */
export class OrgFrames {
  readonly #source: BoardSource;
  readonly #viewers: Viewers;
  /** Of rooms whose members have a picture; after a wake-up none is known to. */
  readonly #seqs = new Map<string, number>();
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

  /** Everybody gets the whole picture: sites came, went or moved between groups. */
  repeat(now: number): void {
    this.#seqs.clear();
    this.#tellNow(now);
  }

  #tellNow(now: number): void {
    const changed = this.#changed;
    this.#changed = new Map();
    this.#lastAt = now;
    this.#bytes = 0;
    for (const name of this.#viewers.rooms()) {
      const room = readRoom(name);
      if (!room || !showsSites(room)) continue;
      const frame = this.#seqs.has(name) ? this.#delta(room, changed, now) : this.#snapshot(room, now);
      if (frame) this.#bytes = Math.max(this.#bytes, this.#viewers.broadcast(frame, now));
    }
  }

  #delta(room: Room, changed: ReadonlyMap<string, number>, now: number): OrgFrame | null {
    const directory = this.#source.directory();
    const shown = [...changed].filter(([site_id]) => directory?.shows(room, site_id));
    if (!directory || shown.length === 0) return null;
    const { board } = this.#source;
    const sites = shown.map(([site_id, from]) => board.show(site_id, directory.sites.get(site_id) ?? null, from));
    return { type: "delta", room: room.name, seq: this.#nextSeq(room.name), data: { at: now, sites } };
  }

  #snapshot(room: Room, now: number): OrgFrame {
    const directory = this.#source.directory();
    const sites = [...(directory?.sites ?? [])]
      .filter(([site_id]) => directory?.shows(room, site_id))
      .map(([site_id, group_id]) => this.#source.board.show(site_id, group_id, now - 60_000));
    const seq = this.#seqs.get(room.name) ?? this.#nextSeq(room.name);
    return { type: "snapshot", room: room.name, seq, data: { at: now, sites } };
  }

  /** The whole picture for one who joined; for all in the room where nobody is known to have one. */
  welcome(socket: WebSocket, room: Room, now: number): void {
    if (!showsSites(room)) this.#viewers.send(socket, emptyHeatmap(room.name, now));
    else if (this.#seqs.has(room.name)) this.#viewers.send(socket, this.#snapshot(room, now));
    else this.#viewers.broadcast(this.#snapshot(room, now), now);
  }

  /** Of a room whose members have a picture. */
  seqOf(name: string): number | undefined {
    return this.#seqs.get(name);
  }

  /** Beginning above every earlier number needs no storage: a restart takes longer than a millisecond a frame. */
  #nextSeq(name: string): number {
    const seq = (this.#seqs.get(name) ?? Math.max(Date.now() * 100, this.#newest)) + 1;
    this.#newest = Math.max(this.#newest, seq);
    this.#seqs.set(name, seq);
    return seq;
  }

  /** The highest number of any room: one that is numbered anew begins above it. */
  #newest = 0;
}
