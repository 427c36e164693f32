import { CLOSE } from "../../protocol/close-codes";
import type { LiveFilter } from "../../protocol/live";
import type { DetailedStats } from "../../protocol/live-messages";
import type { RoomMessage } from "../../protocol/room-messages";
import { readRoom } from "../../protocol/rooms";
import { applyFrame } from "./apply-frame";
import { connectSocket, type SocketOptions } from "./connect-socket";
import { initialState, type LiveState } from "./live-state";
import { applyOrgFrame, initialOrgState, type OrgState } from "./org-state";
import { parseDetailedStats } from "./parse-answers";
import { fields, list, nullable, optional, parseFrame, text } from "./parse-frame";
import { type LiveStatus, statusOfClose } from "./status-text";

/** Longer than any answer takes. */
const ANSWER_TIMEOUT = 10_000;

/** Errors that say that rooms were not joined, or had to be left, and would be refused again. */
const ROOM_REFUSED = ["not_allowed", "too_many_rooms", "too_many_joins", "too_many_sites", "use_org"];

export interface RoomsOptions extends SocketOptions {
  /** Such as `site:ID`, `group:ID` and `org:ID`. Rooms of one site alone are held by that site, any others by the organization. */
  rooms: string[];
  /** What to take of what happens in the rooms; unset: `delta`, of which pictures are made. */
  messages?: RoomMessage[];
  /** This machine's clock, milliseconds since 1970. */
  now?: () => number;
}

/** What is known of a room: of one site, of several sites, or nothing but messages. */
export type RoomPicture = { of: "site"; state: LiveState } | { of: "sites"; state: OrgState } | { of: "messages" };

/** A message as it came; `data` is as the protocol says, and not looked at. */
export interface RoomsMessage {
  type: string;
  room: string | null;
  data: unknown;
}

export interface RoomsConnection {
  status(): LiveStatus;
  /**
   * Rooms joined or asked for, but those that the server refused, which `hear` is told as `error` with one of the codes
   * `not_allowed`, `too_many_rooms`, `too_many_joins`, `use_org` and, where another socket was opened in vain, `too_many_sites`.
   * Where none is left after `not_allowed` the status is `refused`, and nothing more is asked for.
   */
  rooms(): string[];
  /** Undefined for a room that is not joined. */
  picture(room: string): RoomPicture | undefined;
  /** Calls `listener` after each change of status or of a picture; returns what stops that. */
  listen(listener: () => void): () => void;
  /** Calls `listener` with each message that comes; returns what stops that. */
  hear(listener: (message: RoomsMessage) => void): () => void;
  subscribe(...rooms: string[]): void;
  unsubscribe(...rooms: string[]): void;
  /**
   * Live totals of a room that is joined (unset: of the site, or of the first of several rooms), narrowed by a filter.
   * Rejects with what the server has against it, or when no answer comes.
   */
  requestDetailedStats(filter?: LiveFilter, room?: string): Promise<DetailedStats>;
  /** Tells the others in the room what was done here, and the site's audit. */
  trackDashboardAction(action: string, details?: Record<string, unknown>): void;
  /** Ends socket and timers; what was asked for and not answered is rejected. */
  close(): void;
}

interface Asked {
  answer(stats: DetailedStats): void;
  fail(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

/** Keeps live pictures of several rooms by one socket. Never throws; what is wrong shows in `status()`. */
export function connectRooms(options: RoomsOptions): RoomsConnection {
  const { now = Date.now, messages = ["delta"] } = options;
  const listeners = new Set<() => void>();
  const hearers = new Set<(message: RoomsMessage) => void>();
  const pictures = new Map<string, RoomPicture>(options.rooms.map(nameOf).map((room) => [room, begin(room)]));
  /** Rooms for which a socket to another object was opened, and of which nothing was told since. */
  const moved = new Set<string>();
  const asked = new Map<string, Asked>();
  let status: LiveStatus = "connecting";
  let isOpen = false;
  let wasOpen = false;
  /** The next socket asks for no room at its upgrade, where one that is refused costs all of them. */
  let isBare = false;
  let ids = 0;

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function query(): Record<string, string> {
    if (isBare) return { rooms: "", messages: messages.join() };
    const resume = [...pictures].flatMap(([room, picture]) => {
      if (picture.of === "messages" || picture.state.seq === null || picture.state.stale) return [];
      return `${room}:${picture.state.seq}`;
    });
    return {
      rooms: [...pictures.keys()].join(),
      messages: messages.join(),
      ...(resume.length > 0 && { resume: resume.join() }),
    };
  }

  function heard(message: string): void {
    let type: string;
    let room: string | null;
    let data: unknown;
    let dropped = false;
    try {
      const o = fields(JSON.parse(message));
      type = text(o.type);
      room = nullable(text)(o.room);
      data = o.data;
      if (type === "hello") welcomed(list(text)(fields(data).rooms));
      else if (type === "detailed_stats") answered(parseDetailedStats(data));
      else if (type === "error") dropped = refused(data);
    } catch {
      // A message that cannot be read may be one that was missed, of any room.
      return socket.reconnect();
    }
    const changed =
      type === "hello" ? [...pictures.keys()].map((name) => follow(name, message)) : [follow(room ?? "", message)];
    // Only who is in the room is told of it; the greeting names also those that are refused right after it.
    moved.delete(room ?? "");
    for (const hearer of hearers) hearer({ type, room, data });
    if (type === "hello" || dropped || changed.includes(true)) tell();
  }

  /** The first greeting of a socket says what it has joined: what was asked for or left since it got its address is said now. */
  function welcomed(joined: readonly string[]): void {
    if (isOpen) return;
    isOpen = true;
    wasOpen = true;
    isBare = false;
    status = "live";
    const late = [...pictures.keys()].filter((room) => !joined.includes(room));
    const left = joined.filter((room) => !pictures.has(room));
    if (late.length > 0) socket.say({ type: "subscribe", rooms: late });
    if (left.length > 0) socket.say({ type: "unsubscribe", rooms: left });
  }

  /** True if the picture of the room is another one now. */
  function follow(room: string, message: string): boolean {
    const before = pictures.get(room);
    if (before === undefined) return false;
    const after = next(room, before, message, now());
    if (after === before) return false;
    pictures.set(room, after);
    // The next socket goes on with the other rooms where they are, and begins this one anew.
    if (isStale(after) && !isStale(before)) socket.reconnect();
    return true;
  }

  function answered(stats: DetailedStats): void {
    const id = stats.id ?? "";
    const waiting = asked.get(id);
    clearTimeout(waiting?.timer);
    asked.delete(id);
    waiting?.answer(stats);
  }

  /** True if rooms were refused: one that is asked for again would cost the next upgrade all the others. */
  function refused(data: unknown): boolean {
    const o = fields(data);
    const id = optional(text)(o.id) ?? "";
    const waiting = asked.get(id);
    clearTimeout(waiting?.timer);
    asked.delete(id);
    waiting?.fail(new Error(text(o.message)));
    const code = text(o.code);
    const named = ROOM_REFUSED.includes(code) ? (optional(list(text))(o.rooms) ?? []) : [];
    const rooms = named.map(nameOf).filter((room) => pictures.has(room));
    // An upgrade is led to an object that has room for its sites.
    const moving = code === "too_many_sites" ? rooms.filter((room) => !moved.has(room)) : [];
    const dropped = rooms.filter((room) => !moving.includes(room));
    for (const room of dropped) forget(room);
    for (const room of moving) moved.add(room);
    if (moving.length > 0) socket.reconnect();
    else if (code === "not_allowed" && dropped.length > 0 && pictures.size === 0) {
      status = statusOfClose(CLOSE.notAllowed);
      end("None of the rooms may be watched any more.");
    }
    return dropped.length > 0;
  }

  /** True if it was joined or asked for. */
  function forget(room: string): boolean {
    moved.delete(room);
    return pictures.delete(room);
  }

  function end(reason: string): void {
    isOpen = false;
    failAll(reason);
    socket.close();
  }

  function failAll(reason: string): void {
    for (const { timer, fail } of asked.values()) {
      clearTimeout(timer);
      fail(new Error(reason));
    }
    asked.clear();
  }

  function lost(code: number, final: boolean): void {
    // It may be one room that was taken away meanwhile.
    const askBare = code === CLOSE.notAllowed && wasOpen && !isOpen && !isBare && pictures.size > 1;
    isOpen = false;
    failAll("The connection was lost. Ask again.");
    if (askBare) {
      isBare = true;
      socket.close();
      socket = connectSocket(options, { query, heard, lost });
      return;
    }
    status = final ? statusOfClose(code) : status === "live" ? "connecting" : "offline";
    tell();
  }

  let socket = connectSocket(options, { query, heard, lost });

  return {
    status: () => status,
    rooms: () => [...pictures.keys()],
    picture: (room) => pictures.get(nameOf(room)),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hear(listener) {
      hearers.add(listener);
      return () => hearers.delete(listener);
    },
    subscribe(...rooms) {
      const fresh = [...new Set(rooms.map(nameOf))].filter((room) => !pictures.has(room));
      for (const room of fresh) pictures.set(room, begin(room));
      // One that is not open yet asks for them at its upgrade, or when it is greeted.
      if (isOpen && fresh.length > 0) socket.say({ type: "subscribe", rooms: fresh });
    },
    unsubscribe(...rooms) {
      const had = rooms.map(nameOf).filter(forget);
      if (isOpen && had.length > 0) socket.say({ type: "unsubscribe", rooms: had });
    },
    requestDetailedStats(filter = {}, room) {
      if (!isOpen) return Promise.reject(new Error("There is no connection. Ask again."));
      const id = String(++ids);
      return new Promise((answer, fail) => {
        const timer = setTimeout(() => {
          asked.delete(id);
          fail(new Error("No answer came. Ask again."));
        }, ANSWER_TIMEOUT);
        asked.set(id, { answer, fail, timer });
        socket.say({ type: "request_detailed_stats", filter, id, ...(room !== undefined && { room }) });
      });
    },
    trackDashboardAction(action, details = {}) {
      if (isOpen) socket.say({ type: "track_dashboard_action", action, details });
    },
    close() {
      listeners.clear();
      hearers.clear();
      end("The connection was closed.");
    },
  };
}

/** As the server calls it. */
const nameOf = (room: string): string => readRoom(room)?.name ?? room;

const isStale = (picture: RoomPicture): boolean => picture.of !== "messages" && picture.state.stale;

function begin(room: string): RoomPicture {
  if (room.startsWith("site:")) return { of: "site", state: initialState(room.slice("site:".length)) };
  return /^(?:org|group):/.test(room) ? { of: "sites", state: initialOrgState } : { of: "messages" };
}

/** The picture after a message: a delta that does not follow the last frame by one leaves it stale. Throws never. */
function next(room: string, picture: RoomPicture, message: string, now: number): RoomPicture {
  try {
    if (picture.of === "sites") {
      const state = applyOrgFrame(picture.state, room, message, now);
      return state === picture.state ? picture : { of: "sites", state };
    }
    if (picture.of === "messages") return picture;
    const frame = parseFrame(message);
    const state = frame === null ? picture.state : applyFrame(picture.state, frame, now);
    return state === picture.state ? picture : { of: "site", state };
  } catch {
    // A frame that cannot be read is a frame that was missed.
    if (picture.of === "site") return { of: "site", state: { ...picture.state, stale: true } };
    return picture.of === "sites" ? { of: "sites", state: { ...picture.state, stale: true } } : picture;
  }
}
