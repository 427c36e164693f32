import { CLOSE } from "../../protocol/close-codes";
import type { Frame } from "../../protocol/frame";
import { ROOMS_PER_SOCKET, VIEWER_MESSAGES_PER_SECOND, VIEWER_PICTURES_PER_SECOND } from "../../protocol/limits";
import { markText } from "../../protocol/mark";
import type { OrgFrame, PassedMessage } from "../../protocol/org";
import { ROOM_MESSAGES, type RoomMessage } from "../../protocol/room-messages";
import { SUBPROTOCOL } from "../../protocol/version";
import { PING_TEXT, PONG_TEXT, type Upgrade, Viewer, type ViewerRequest } from "../../protocol/viewer-request";
import { type Beat, kindOf } from "./beat";
import { answerClose, closeSocket } from "./close-socket";
import { readMark } from "./read-mark";
import { readRequest } from "./read-request";
import { MarkedUnread, PingedUnread, type Unread, type Waiting } from "./unread";

const TAG = "viewer" satisfies Upgrade["kind"];

/** All that an object says to viewers. */
export type Told = Frame | OrgFrame;

/** How often something happened in the running second. */
type Seconds = WeakMap<WebSocket, { second: number; count: number }>;

function countSecond(seconds: Seconds, socket: WebSocket, now: number): number {
  const second = Math.floor(now / 1_000);
  const had = seconds.get(socket);
  const count = had?.second === second ? had.count + 1 : 1;
  seconds.set(socket, { second, count });
  return count;
}

interface Open {
  viewer: Viewer;
  takes: ReadonlySet<RoomMessage>;
  unread: Unread;
}

/** The same object for the same choice: what is encoded for one is then there for all. */
function takesOf({ messages = [...ROOM_MESSAGES] }: Pick<Viewer, "messages">): ReadonlySet<RoomMessage> {
  const key = ROOM_MESSAGES.filter((name) => messages.includes(name)).join();
  const takes = CHOICES.get(key) ?? new Set(messages);
  CHOICES.set(key, takes);
  return takes;
}
const CHOICES = new Map<string, ReadonlySet<RoomMessage>>();

/** The hibernating sockets of an object's viewers, and the rooms each of them has joined. */
export class Viewers {
  readonly #ctx: DurableObjectState;
  /** What went to viewers since the object woke, one message for each. */
  readonly sent = { messages: 0, bytes: 0, too_slow: 0 };
  readonly #passOn: (told: Beat | PassedMessage) => void;
  readonly #heard: Seconds = new WeakMap();
  readonly #asked: Seconds = new WeakMap();
  /** What waits for those who send marks back, and for all others. */
  readonly #marked = { bytes: 0 };
  readonly #pinged = { bytes: 0 };
  /** Null after a wake-up, until somebody asks. */
  #open: Map<WebSocket, Open> | null = null;
  #rooms = new Map<string, Set<WebSocket>>();
  /** How many in a room take a kind of message. */
  #takers = new Map<string, number>();

  /** `passOn` gets all that is told to a room, also where nobody is in it here. */
  constructor(ctx: DurableObjectState, passOn: (told: Beat | PassedMessage) => void = () => {}) {
    this.#ctx = ctx;
    this.#passOn = passOn;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_TEXT, PONG_TEXT));
  }

  get count(): number {
    return this.#sockets().size;
  }

  /** The platform's list is made anew at each call, which with thousands of sockets costs more than a frame. */
  #sockets(): Map<WebSocket, Open> {
    if (this.#open) return this.#open;
    this.#open = new Map();
    for (const socket of this.#ctx.getWebSockets(TAG)) {
      const viewer = Viewer.safeParse(socket.deserializeAttachment());
      // Only a socket of another version of this code has another attachment: it comes again by itself.
      if (viewer.success) this.#keep(this.#open, socket, viewer.data, MarkedUnread.restored);
      else closeSocket(socket, 1012, "Connect again.");
    }
    return this.#open;
  }

  #keep(open: Map<WebSocket, Open>, socket: WebSocket, viewer: Viewer, marked: (all: Waiting) => Unread): void {
    const takes = takesOf(viewer);
    const lastPing = () => this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    const unread = viewer.marks ? marked(this.#marked) : new PingedUnread(this.#pinged, lastPing);
    open.set(socket, { viewer, takes, unread });
    for (const room of viewer.rooms) this.#enter(room, socket, takes);
  }

  #enter(room: string, socket: WebSocket, takes: ReadonlySet<RoomMessage>): void {
    this.#countTakers(room, takes, 1);
    const members = this.#rooms.get(room);
    if (members) members.add(socket);
    else this.#rooms.set(room, new Set([socket]));
  }

  #forget(socket: WebSocket): void {
    const open = this.#sockets().get(socket);
    if (!open) return;
    this.#sockets().delete(socket);
    open.unread.forget();
    for (const room of open.viewer.rooms) this.#exit(room, socket, open.takes);
  }

  #countTakers(room: string, takes: ReadonlySet<RoomMessage>, by: 1 | -1): void {
    for (const kind of takes) {
      const key = `${room} ${kind}`;
      const count = (this.#takers.get(key) ?? 0) + by;
      if (count === 0) this.#takers.delete(key);
      else this.#takers.set(key, count);
    }
  }

  #exit(room: string, socket: WebSocket, takes: ReadonlySet<RoomMessage>): void {
    this.#countTakers(room, takes, -1);
    const members = this.#rooms.get(room);
    members?.delete(socket);
    if (members?.size === 0) this.#rooms.delete(room);
  }

  /** Rooms that somebody is in. */
  rooms(): string[] {
    this.#sockets();
    return [...this.#rooms.keys()];
  }

  /** How many in a room take a kind of message. */
  takersOf(room: string, kind: RoomMessage): number {
    this.#sockets();
    return this.#takers.get(`${room} ${kind}`) ?? 0;
  }

  takes(socket: WebSocket, kind: RoomMessage): boolean {
    return this.#sockets().get(socket)?.takes.has(kind) ?? false;
  }

  /** From now on a socket takes these messages of its rooms. */
  choose(socket: WebSocket, messages: RoomMessage[]): void {
    const open = this.#sockets().get(socket);
    if (!open) return;
    open.viewer.messages = messages;
    socket.serializeAttachment(open.viewer);
    const before = open.takes;
    open.takes = takesOf(open.viewer);
    for (const room of open.viewer.rooms) {
      this.#countTakers(room, before, -1);
      this.#countTakers(room, open.takes, 1);
    }
  }

  /** How many are in each room. */
  roomCounts(): Record<string, number> {
    return Object.fromEntries(this.rooms().map((room) => [room, this.membersOf(room).size]));
  }

  membersOf(room: string): ReadonlySet<WebSocket> {
    this.#sockets();
    return this.#rooms.get(room) ?? NOBODY;
  }

  /** Everybody with what stands in the socket's attachment. */
  everybody(): [socket: WebSocket, viewer: Viewer][] {
    return [...this.#sockets()].map(([socket, { viewer }]) => [socket, viewer]);
  }

  /** Null for a socket that was closed. */
  viewerOf(socket: WebSocket): Viewer | null {
    return this.#sockets().get(socket)?.viewer ?? null;
  }

  /** False if the socket is in as many rooms as it may. */
  join(socket: WebSocket, room: string): boolean {
    const open = this.#sockets().get(socket);
    if (!open || open.viewer.rooms.includes(room)) return true;
    const { viewer, takes } = open;
    if (viewer.rooms.length >= ROOMS_PER_SOCKET) return false;
    viewer.rooms.push(room);
    socket.serializeAttachment(viewer);
    this.#enter(room, socket, takes);
    return true;
  }

  leave(socket: WebSocket, room: string): void {
    const open = this.#sockets().get(socket);
    if (!open?.viewer.rooms.includes(room)) return;
    const { viewer, takes } = open;
    viewer.rooms = viewer.rooms.filter((other) => other !== room);
    socket.serializeAttachment(viewer);
    this.#exit(room, socket, takes);
  }

  /**
   * Takes a mark that was out; false for any other message. To be asked before messages are counted: a mark comes back
   * as often as one was sent.
   */
  takeMark(socket: WebSocket, message: string | ArrayBuffer, now: number): boolean {
    const at = readMark(message);
    return at !== null && (this.#sockets().get(socket)?.unread.markBack(at, now) ?? false);
  }

  /** What a viewer says. Null where there is nothing to follow: it was answered with an error, or closed. */
  hear(socket: WebSocket, message: string | ArrayBuffer, now: number): ViewerRequest | null {
    if (countSecond(this.#heard, socket, now) > VIEWER_MESSAGES_PER_SECOND) {
      this.close(socket, CLOSE.tooFast, "Too many messages. Connect again later.");
      return null;
    }
    this.#sockets().get(socket)?.unread.heard(now);
    // One that is not out is of before a sleep.
    if (readMark(message) !== null) return null;
    const request = readRequest(message);
    if (request === "unreadable") {
      this.close(socket, CLOSE.unreadable, "Not a message of this protocol.");
      return null;
    }
    if (!("code" in request)) return request;
    this.send(socket, { type: "error", data: request });
    return null;
  }

  /** Counts a whole picture that was asked for; false if the socket asks for more than its share, or than it reads. */
  mayAsk(socket: WebSocket, now: number): boolean {
    if (this.#sockets().get(socket)?.unread.isBehind) return false;
    return countSecond(this.#asked, socket, now) <= VIEWER_PICTURES_PER_SECOND;
  }

  /** How many are open with one of the tags of their upgrade. */
  tagged(tag: string): number {
    return this.#ctx.getWebSockets(tag).length;
  }

  /** Takes the socket and answers the upgrade. */
  accept(viewer: Viewer, offered: boolean, tags: string[]): { response: Response; socket: WebSocket } {
    const { 0: client, 1: socket } = new WebSocketPair();
    const sockets = this.#sockets();
    this.#ctx.acceptWebSocket(socket, [TAG, ...tags]);
    this.#keep(sockets, socket, viewer, (all) => new MarkedUnread(all));
    socket.serializeAttachment(viewer);
    // A client that offered no protocol must not be answered with one.
    const headers = offered ? { "Sec-WebSocket-Protocol": SUBPROTOCOL } : {};
    return { response: new Response(null, { status: 101, webSocket: client, headers }), socket };
  }

  send(socket: WebSocket, frame: Told): void {
    this.sendText(socket, JSON.stringify(frame), Date.now());
  }

  /** The same frame to all who are in its room and take it, but some; encoded once. Answers its length. */
  broadcast(frame: Told, now: number, but: ReadonlySet<WebSocket> = NOBODY): number {
    const text = JSON.stringify(frame);
    if ("room" in frame) {
      this.broadcastText(frame.room, frame.type, text, now, but);
      this.#passOn({ type: frame.type, text });
    } else for (const socket of this.#sockets().keys()) this.sendText(socket, text, now);
    return text.length;
  }

  /** A frame that is encoded already to all who are in a room, but some. */
  broadcastText(room: string, type: string, text: string, now: number, but: ReadonlySet<WebSocket> = NOBODY): void {
    const kind = kindOf(type);
    for (const socket of this.membersOf(room)) {
      if (!but.has(socket) && (kind === null || this.takes(socket, kind))) this.sendText(socket, text, now);
    }
  }

  /** To each in the room, but some, what it takes of a beat. Answers what was sent. */
  broadcastBeat(beat: Beat, now: number, but: ReadonlySet<WebSocket> = NOBODY): { messages: number; bytes: number } {
    const encoded = new Map<ReadonlySet<RoomMessage>, string[]>();
    const sent = { messages: 0, bytes: 0 };
    for (const socket of this.membersOf(beat.room)) {
      const takes = this.#sockets().get(socket)?.takes;
      if (!takes || but.has(socket)) continue;
      const texts = encoded.get(takes) ?? beat.textsFor(takes);
      encoded.set(takes, texts);
      for (const text of texts) {
        this.sendText(socket, text, now);
        sent.messages++;
        sent.bytes += text.length;
      }
    }
    this.#passOn(beat);
    return sent;
  }

  /** What one viewer takes of a beat. */
  sendBeat(socket: WebSocket, beat: Beat, now: number): void {
    const takes = this.#sockets().get(socket)?.takes;
    if (takes) for (const text of beat.textsFor(takes)) this.sendText(socket, text, now);
  }

  sendText(socket: WebSocket, text: string, now: number): void {
    const unread = this.#sockets().get(socket)?.unread;
    if (!unread) return;
    if (!unread.add(text.length, now)) {
      this.sent.too_slow++;
      this.close(socket, CLOSE.tooSlow, "Not reading. Connect again.");
      return;
    }
    try {
      socket.send(text);
      this.sent.messages++;
      this.sent.bytes += text.length;
      const mark = unread.mark(now);
      if (mark !== null) socket.send(markText(mark));
    } catch {
      // The socket went away between the list and the send; its close event follows.
      this.#forget(socket);
    }
  }

  /** A socket that is closed is a viewer no longer, whenever the other side answers. */
  close(socket: WebSocket, code: number, reason: string): void {
    this.#forget(socket);
    closeSocket(socket, code, reason);
  }

  /** Answers a close so that the other side sees it end; codes that may not be sent become a normal end. */
  answerClose(socket: WebSocket, code: number): void {
    this.#forget(socket);
    answerClose(socket, code);
  }
}

const NOBODY: ReadonlySet<WebSocket> = new Set();
