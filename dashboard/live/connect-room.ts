import type { RoomMessage } from "../../protocol/room-messages";
import { connectSocket, type SocketOptions } from "./connect-socket";
import { helloSeq } from "./hello-seq";
import { type LiveStatus, statusOfClose } from "./status-text";

export interface RoomOptions extends SocketOptions {
  fetch?: typeof fetch;
  /** This machine's clock, milliseconds since 1970. */
  now?: () => number;
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
    /** From one asking to the next, milliseconds. */
    interval(state: State): number;
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
  /** Tells the others in the room what was done here, and the audit log. Nothing is told while there is no socket. */
  act(action: string, details: Record<string, unknown>): void;
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
  const { now = Date.now } = options;
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
  let pollTimer: ReturnType<typeof setTimeout> | undefined;
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
    if (pollTimer === undefined && !closed) pollAgain();
  }

  function pollAgain(): void {
    pollTimer = setTimeout(pollAgain, kind.poll.interval(state));
    void poll();
  }

  function stopPolling(): void {
    clearTimeout(pollTimer);
    pollTimer = undefined;
    pollRequest?.abort();
    pollRequest = undefined;
  }

  // ── Socket ──
  /** The picture of the last socket, which the frames that were missed fit on; null: the next one begins anew. */
  let left: State | null = null;

  function query(): Record<string, string> {
    const asked = { rooms: kind.room, messages: "delta" satisfies RoomMessage };
    return left === null ? asked : { ...asked, resume: `${kind.room}:${left.seq}` };
  }

  function heard(text: string): void {
    const before = left ?? state;
    let next: State;
    let isWhole = left === null;
    try {
      next = kind.apply(before, text, now());
      isWhole ||= next.seq !== before.seq || helloSeq(text, kind.room) === before.seq;
    } catch {
      // A frame that cannot be read is a frame that was missed.
      next = { ...before, stale: true };
    }
    if (next.stale) {
      left = null;
      state = { ...state, stale: true };
      return socket.reconnect();
    }
    // What was polled meanwhile stands until the socket has told more, or that there was nothing to miss.
    if (isWhole) take(next);
    else left = next;
  }

  function take(next: State): void {
    left = null;
    if (next.seq !== null) stopPolling();
    change(next.seq === null ? status : "live", next);
  }

  function lost(code: number, final: boolean): void {
    if (final) return end(statusOfClose(code));
    if (state.seq !== null && !state.stale) left = state;
    // What is polled has no number.
    change(status === "live" ? "connecting" : status, state.seq === null ? state : { ...state, seq: null });
    startPolling();
  }

  const socket = connectSocket(options, { query, heard, lost });

  function close(): void {
    if (closed) return;
    closed = true;
    listeners.clear();
    stopPolling();
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
    act(action, details) {
      if (status === "live") socket.say({ type: "track_dashboard_action", action, details });
    },
    close,
  };
}
