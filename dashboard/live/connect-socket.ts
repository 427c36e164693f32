import ReconnectingWebSocket from "partysocket/ws";
import { FINAL_CLOSE_CODES } from "../../protocol/close-codes";
import { isMark } from "../../protocol/mark";
import { SUBPROTOCOL } from "../../protocol/version";
import type { ViewerRequest } from "../../protocol/viewer-request";
import { retryDelay } from "./retry-delay";

/**
 * A socket that does not open within this is given up, milliseconds; twice as long each time, up to the longest: a server to which
 * thousands come back at once must not do work for those who have left.
 */
const OPEN_TIMEOUT = 4_000;
const OPEN_TIMEOUT_MOST = 32_000;
const PING_INTERVAL = 30_000;
const PONG_TIMEOUT = 10_000;
/** A socket that lived this long was good: the wait before the next begins at its shortest again. */
const GOOD_UPTIME = 5_000;
/** The text of `PING_TEXT`, whose module would bring the schemas along. */
const PING = JSON.stringify({ type: "ping" } satisfies ViewerRequest);

export interface SocketOptions {
  /** Origin of the server, such as `https://stats.example.com`. */
  url: string;
  /** Asked for a ticket of one use before each socket, where no session cookie signs in; where it fails, again after a while. */
  ticket?: () => Promise<string>;
  WebSocket?: new (url: string, protocols?: string | string[]) => EventTarget;
  /** 0 to 1. */
  random?: () => number;
}

export interface SocketEvents {
  /** What each socket asks for at its upgrade. */
  query(): Record<string, string>;
  heard(text: string): void;
  /** The socket closed, or there was no ticket for one (1006). `final`: no other one follows. */
  lost(code: number, final: boolean): void;
}

export interface LiveSocket {
  /** Says something when the socket is open. */
  say(message: ViewerRequest): void;
  /** Gives up this socket for another one. */
  reconnect(): void;
  /** Ends socket and timers; nothing is called afterwards. */
  close(): void;
}

/** A viewer's socket that comes back by itself: after 1 s, later and later, with jitter; not after a close code that is final. */
export function connectSocket(options: SocketOptions, events: SocketEvents): LiveSocket {
  const { random = Math.random } = options;
  let closed = false;
  let attempt = 0;
  let openTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let uptimeTimer: ReturnType<typeof setTimeout> | undefined;
  let pingTimer: ReturnType<typeof setInterval> | undefined;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;

  function address(): string {
    const url = new URL("/api/realtime/ws", options.url);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    for (const [name, value] of Object.entries(events.query())) url.searchParams.set(name, value);
    url.searchParams.set("marks", "1");
    return url.href;
  }

  /** partysocket waits without jitter, so the waiting is done here, before it learns the address. */
  function pause(): Promise<void> {
    return new Promise((resolve) => {
      clearTimers();
      clearTimeout(retryTimer);
      retryTimer = setTimeout(resolve, retryDelay(attempt++, random()));
    });
  }

  /** A ticket is good for half a minute, so it is asked for after the pause. */
  async function prepare(): Promise<string[]> {
    for (;;) {
      await pause();
      try {
        return options.ticket ? [SUBPROTOCOL, await options.ticket()] : [SUBPROTOCOL];
      } catch {
        // A socket without a ticket would be closed for good, though the server may only be away for a moment.
        if (closed) return [];
        events.lost(1006, false);
      }
    }
  }

  /** What the next socket offers. */
  let protocols = Promise.resolve<string[]>([]);

  function nextUrl(): Promise<string> {
    protocols = prepare();
    return protocols.then(() => {
      const patience = Math.min(OPEN_TIMEOUT_MOST, OPEN_TIMEOUT * 2 ** (attempt - 1));
      if (!closed) openTimer = setTimeout(reconnect, patience);
      return address();
    });
  }

  // It asks for the address first.
  const socket = new ReconnectingWebSocket(nextUrl, options.ticket ? () => protocols : SUBPROTOCOL, {
    WebSocket: options.WebSocket,
    minReconnectionDelay: 0,
    maxReconnectionDelay: 0,
    connectionTimeout: 2 * OPEN_TIMEOUT_MOST,
    shouldReconnectOnClose: (event) => !FINAL_CLOSE_CODES.includes(event.code),
  });

  function clearTimers(): void {
    clearTimeout(openTimer);
    clearTimeout(uptimeTimer);
    clearInterval(pingTimer);
    clearTimeout(pongTimer);
    pongTimer = undefined;
  }

  function reconnect(): void {
    clearTimers();
    socket.reconnect();
  }

  socket.addEventListener("open", () => {
    clearTimers();
    pingTimer = setInterval(() => {
      socket.send(PING);
      pongTimer ??= setTimeout(reconnect, PONG_TIMEOUT);
    }, PING_INTERVAL);
    uptimeTimer = setTimeout(() => {
      attempt = 1;
    }, GOOD_UPTIME);
  });
  socket.addEventListener("message", (event: MessageEvent) => {
    if (closed) return;
    clearTimeout(pongTimer);
    pongTimer = undefined;
    const text = String(event.data);
    // Here and at once, because all before it has been read: timers of a page in the background are late.
    if (isMark(text)) socket.send(text);
    else events.heard(text);
  });
  socket.addEventListener("close", (event: { code: number }) => {
    if (closed) return;
    clearTimers();
    events.lost(event.code, FINAL_CLOSE_CODES.includes(event.code));
  });

  return {
    say: (message) => socket.send(JSON.stringify(message)),
    reconnect,
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(retryTimer);
      clearTimers();
      socket.close();
    },
  };
}
