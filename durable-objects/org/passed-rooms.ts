import { REPLAYS_BYTES } from "../../protocol/limits";
import type { PassedFrame, SiteNews } from "../../protocol/org";
import { roomOf } from "../../protocol/rooms";
import { messageOf } from "../log-error";
import { Beat } from "../sockets/beat";
import { Replay } from "../sockets/replay";
import type { Viewers } from "../sockets/viewers";

/** A picture that was asked for and did not come within this many milliseconds is asked for again by the next who looks. */
const PICTURE_LATE = 5_000;

/** What the rooms of single sites need of the object. */
export interface PassedHost {
  viewers: Viewers;
  /** Asks a site for its room's picture; it comes among the frames. False: nothing is known of that site yet. */
  askPicture(site_id: string): Promise<boolean>;
  /** The picture of a site of which nothing is known. */
  emptyPicture(site_id: string, now: number): Beat;
  log(message: string): void;
}

interface Passed {
  replay: Replay;
  /** Characters of the last whole picture. */
  pictureLength: number;
  /** Joined, and have no picture yet. */
  waiting: Set<WebSocket>;
  /** When a picture was asked for that has not come. */
  askedAt: number | null;
}

/** Rooms of single sites, whose frames come from the sites' own objects and are passed on as they are. */
export class PassedRooms {
  readonly #host: PassedHost;
  readonly #rooms = new Map<string, Passed>();
  /** By site: of which run frames came, and how many. */
  readonly #heard = new Map<string, { run: string; count: number }>();

  constructor(host: PassedHost) {
    this.#host = host;
  }

  /** Somebody joined; `seen` is the number of the last frame it has, from a socket before. */
  join(socket: WebSocket, site_id: string, seen: number | undefined, now: number): void {
    const passed = this.#of(site_id);
    const missed = seen === undefined ? null : passed.replay.since(seen, passed.pictureLength);
    if (missed) {
      for (const beat of missed) this.#host.viewers.sendBeat(socket, beat, now);
      return;
    }
    passed.waiting.add(socket);
    this.#ask(site_id, passed, now);
  }

  #of(site_id: string): Passed {
    const had = this.#rooms.get(site_id);
    if (had) return had;
    const passed = { replay: new Replay(), pictureLength: 0, waiting: new Set<WebSocket>(), askedAt: null };
    this.#rooms.set(site_id, passed);
    // One more has its share of the others'.
    for (const { replay } of this.#rooms.values()) replay.trim(this.#share);
    return passed;
  }

  get #share(): number {
    return REPLAYS_BYTES / this.#rooms.size;
  }

  /** One picture is for all who wait when it comes. */
  #ask(site_id: string, passed: Passed, now: number): void {
    if (passed.askedAt !== null && passed.askedAt <= now && now < passed.askedAt + PICTURE_LATE) return;
    passed.askedAt = now;
    void this.#askNow(site_id, passed);
  }

  async #askNow(site_id: string, passed: Passed): Promise<void> {
    const { viewers, log, askPicture, emptyPicture } = this.#host;
    try {
      if (await askPicture(site_id)) return;
      // Nothing ever came there. Its first event brings a picture of its own.
      const now = Date.now();
      for (const socket of this.#served(site_id, passed)) viewers.sendBeat(socket, emptyPicture(site_id, now), now);
    } catch (error) {
      log(messageOf(error));
      for (const socket of this.#served(site_id, passed)) {
        viewers.leave(socket, roomOf(site_id));
        const message = "This site cannot be reached now. Join again in a moment.";
        viewers.send(socket, { type: "error", data: { code: "unavailable", message, rooms: [roomOf(site_id)] } });
      }
    }
  }

  /** Those who waited and are still there; from now on nobody waits. */
  #served(site_id: string, passed: Passed): WebSocket[] {
    const members = this.#host.viewers.membersOf(roomOf(site_id));
    const waiting = [...passed.waiting].filter((socket) => members.has(socket));
    passed.waiting.clear();
    passed.askedAt = null;
    return waiting;
  }

  /** Asks again for pictures that did not come. */
  look(now: number): void {
    for (const [site_id, passed] of this.#rooms) if (passed.waiting.size > 0) this.#ask(site_id, passed, now);
  }

  /** Of what a site tells, that which did not come before. */
  fresh({ site_id, run, first, frames }: SiteNews): readonly PassedFrame[] {
    const heard = this.#heard.get(site_id);
    const had = heard?.run === run ? heard.count : 0;
    this.#heard.set(site_id, { run, count: Math.max(had, first + frames.length) });
    return frames.slice(Math.max(0, had - first));
  }

  /** Passes on what a site's room was told. */
  tell(site_id: string, told: PassedFrame, now: number): void {
    const { viewers } = this.#host;
    const room = roomOf(site_id);
    if ("parts" in told) this.#tellBeat(site_id, Beat.heard(room, told), told.asked, now);
    else viewers.broadcastText(room, told.type, told.text, now, this.#rooms.get(site_id)?.waiting);
  }

  #tellBeat(site_id: string, beat: Beat, asked: boolean, now: number): void {
    const { viewers } = this.#host;
    const passed = this.#of(site_id);
    const { replay } = passed;
    if (!beat.isPicture) {
      viewers.broadcastBeat(beat, now, passed.waiting);
      // Where some are missing nobody can go on from before.
      if (replay.last === beat.seq - 1) replay.add(beat, this.#share);
      else replay.restart(beat.seq);
      return;
    }
    const waiting = this.#served(site_id, passed);
    if (asked) for (const socket of waiting) viewers.sendBeat(socket, beat, now);
    else viewers.broadcastBeat(beat, now);
    if (!asked || replay.last !== beat.seq) replay.restart(beat.seq);
    passed.pictureLength = beat.length;
  }

  /** The site, in whose room nobody is, passes on its frames no longer. */
  stopped(site_id: string): void {
    this.#rooms.delete(site_id);
  }

  /** The number of the last frame of a site's room, where it is known. */
  seqOf(site_id: string): number | undefined {
    return this.#rooms.get(site_id)?.replay.last ?? undefined;
  }
}
