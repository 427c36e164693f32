import ReconnectingWebSocket from "partysocket/ws";
import { CLOSE, FINAL_CLOSE_CODES } from "../../protocol/close-codes";
import type { RoomMessage } from "../../protocol/room-messages";
import { SUBPROTOCOL } from "../../protocol/version";
import type { ViewerRequest } from "../../protocol/viewer-request";
import { retryDelay } from "./retry-delay";
import type { LiveStatus } from "./status-text";

/** A socket that does not open within this is given up, milliseconds. */
const OPEN_TIMEOUT = 4_000;
const PING_INTERVAL = 30_000;
const PONG_TIMEOUT = 10_000;
/** A socket that lived this long was good: the wait before the next begins at its shortest again. */
const GOOD_UPTIME = 5_000;
/** The text of `PING_TEXT`, whose module would bring the schemas along. */
const PING = JSON.stringify({ type: "ping" } satisfies ViewerRequest);

export interface RoomOptions {
  /** Origin of the server, such as `https://stats.example.com`. */
  url: string;
  fetch?: typeof fetch;
  WebSocket?: new (url: string, protocols?: string | string[]) => EventTarget;
  /** This machine's clock, milliseconds since 1970. */
  now?: () => number;
  /** 0 to 1. */
  random?: () => number;
}

/** What a picture of a room is at least. */
export interface RoomState {
  /** Of the last frame taken from the socket; null when the picture came by polling, so no delta fits on it. */
  seq: number | null;
  /** A frame was missed: the picture is stale until a new snapshot comes. */
  stale: boolean;
  /** Milliseconds to add to this machine's clock to get the server's; null until the server told its time. */
  clockOffset: number | null;
}

/** How the pictures of one kind of room are made. */
export interface RoomKind<State extends RoomState> {
  room: string;
  initial: State;
  /** The state after a frame, the same one where it says nothing here. Throws what it cannot read. */
  apply(state: State, text: string, now: number): State;
  poll: {
    /** Path and query. */
    path: string;
    /** Milliseconds. */
    interval: number;
    /** The state after a reply, whose pictures have no number. Throws what it cannot read. */
    apply(state: State, body: unknown, now: number): State;
  };
}

export interface RoomConnection<State extends RoomState> {
  status(): LiveStatus;
  state(): State;
  /** The server's clock as far as it is known, milliseconds since 1970. */
  serverNow(): number;
  /** Calls `listener` after each change of status or state; returns what stops that. */
  listen(listener: () => void): () => void;
  /** Ends socket, polling and timers; nothing is called afterwards. */
  close(): void;
}

/**
 * Keeps a live picture of one room: by socket, and by asking again and again while the socket is away. Needs the session
 * cookie. Never throws; what is wrong shows in `status()`.
 */
export function connectRoom<State extends RoomState>(
  kind: RoomKind<State>,
  options: RoomOptions,
): RoomConnection<State> {
  const { now = Date.now, random = Math.random } = options;
  const request = options.fetch ?? globalThis.fetch.bind(globalThis);
  const listeners = new Set<() => void>();
  let state = kind.initial;
  let status: LiveStatus = "connecting";
  let closed = false;

  function change(nextStatus: LiveStatus, nextState: State): void {
    if (closed || (nextStatus === status && nextState === state)) return;
    status = nextStatus;
    state = nextState;
    for (const listener of listeners) listener();
  }

  /** Stops everything for good; listeners hear of it once. */
  function end(last: LiveStatus): void {
    change(last, state);
    close();
  }

  // ── Polling ──
  const pollUrl = new URL(kind.poll.path, options.url);
  let pollTimer: ReturnType<typeof setInterval> | undefined;
  let pollRequest: AbortController | undefined;

  async function poll(): Promise<void> {
    if (pollRequest) return;
    const asked = new AbortController();
    pollRequest = asked;
    try {
      const reply = await request(pollUrl, { credentials: "same-origin", signal: asked.signal });
      if (asked.signal.aborted) return;
      if (reply.status === 401) return end("signed_out");
      if (reply.status === 403 || reply.status === 404) return end("refused");
      if (!reply.ok) return change("offline", state);
      const body: unknown = await reply.json();
      if (!asked.signal.aborted) change("polling", kind.poll.apply(state, body, now()));
    } catch {
      // Network gone, request taken back, or a reply that is no picture: all mean that nothing new is known.
      if (!asked.signal.aborted) change("offline", state);
    } finally {
      if (pollRequest === asked) pollRequest = undefined;
    }
  }

  function startPolling(): void {
    if (pollTimer !== undefined || closed) return;
    pollTimer = setInterval(poll, kind.poll.interval);
    void poll();
  }

  function stopPolling(): void {
    clearInterval(pollTimer);
    pollTimer = undefined;
    pollRequest?.abort();
    pollRequest = undefined;
  }

  // ── Socket ──
  const socketUrl = new URL("/api/realtime/ws", options.url);
  socketUrl.protocol = socketUrl.protocol === "https:" ? "wss:" : "ws:";
  socketUrl.searchParams.set("rooms", kind.room);
  socketUrl.searchParams.set("messages", "delta" satisfies RoomMessage);
  let attempt = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let uptimeTimer: ReturnType<typeof setTimeout> | undefined;
  let pingTimer: ReturnType<typeof setInterval> | undefined;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;

  /** partysocket waits without jitter, so the waiting is done here, before it learns the address. */
  function nextUrl(): Promise<string> {
    const delay = retryDelay(attempt++, random());
    return new Promise((resolve) => {
      clearTimeout(retryTimer);
      retryTimer = setTimeout(() => resolve(socketUrl.href), delay);
    });
  }

  const socket = new ReconnectingWebSocket(nextUrl, SUBPROTOCOL, {
    WebSocket: options.WebSocket,
    minReconnectionDelay: 0,
    maxReconnectionDelay: 0,
    connectionTimeout: OPEN_TIMEOUT,
    shouldReconnectOnClose: (event) => !FINAL_CLOSE_CODES.includes(event.code),
  });

  function clearSocketTimers(): void {
    clearTimeout(uptimeTimer);
    clearInterval(pingTimer);
    clearTimeout(pongTimer);
    pongTimer = undefined;
  }

  function reconnect(): void {
    clearSocketTimers();
    socket.reconnect();
  }

  function ping(): void {
    socket.send(PING);
    pongTimer ??= setTimeout(reconnect, PONG_TIMEOUT);
  }

  function opened(): void {
    clearSocketTimers();
    pingTimer = setInterval(ping, PING_INTERVAL);
    uptimeTimer = setTimeout(() => {
      attempt = 1;
    }, GOOD_UPTIME);
  }

  function received(event: MessageEvent): void {
    if (closed) return;
    clearTimeout(pongTimer);
    pongTimer = undefined;
    let next: State;
    try {
      next = kind.apply(state, String(event.data), now());
    } catch {
      // A frame that cannot be read is a frame that was missed.
      next = { ...state, stale: true };
    }
    if (next.stale) {
      state = next;
      return reconnect();
    }
    if (next.seq !== null) stopPolling();
    change(next.seq === null ? status : "live", next);
  }

  function lost(event: { code: number }): void {
    if (closed) return;
    clearSocketTimers();
    if (event.code === CLOSE.notSignedIn) return end("signed_out");
    if (FINAL_CLOSE_CODES.includes(event.code)) return end("refused");
    // What comes next counts from a new snapshot.
    change(status === "live" ? "connecting" : status, state.seq === null ? state : { ...state, seq: null });
    startPolling();
  }

  socket.addEventListener("open", opened);
  socket.addEventListener("message", received);
  socket.addEventListener("close", lost);

  function close(): void {
    if (closed) return;
    closed = true;
    listeners.clear();
    stopPolling();
    clearTimeout(retryTimer);
    clearSocketTimers();
    socket.close();
  }

  return {
    status: () => status,
    state: () => state,
    serverNow: () => now() + (state.clockOffset ?? 0),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}
