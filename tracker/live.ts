import { FINAL_CLOSE_CODES } from "../protocol/close-codes";
import { IN_FLIGHT_BYTES } from "../protocol/limits";
import type { Core } from "./core";
import { guard } from "./guard";
import { SOCKET_BATCHES, SOCKET_PATIENCE } from "./numbers";
import { retryDelay } from "./retry";

/** What the collector says; see protocol/visitor-socket.ts. */
interface Reply {
  type: string;
  retry_after_ms?: number;
}

/**
 * Sends events over a socket, which is the visitor's sign of life as well. Whatever it does not acknowledge goes back into
 * the core's queue, and so by beacon, under the same numbers.
 */
export const install = (core: Core): void => {
  const { options, waiting, send } = core;
  // Nobody may be recognized, and who is here is somebody.
  if (options.live !== "socket" || core.sender.toJSON) return;
  const address = new URL("/api/v1/live", options.api);
  address.protocol = address.protocol.replace("http", "ws");
  if (options.site) address.searchParams.set("site", options.site);
  address.searchParams.set("tab", `${core.sender.tab}`);

  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  /** The collector does not want it. */
  let over = false;
  /** When the collector takes events again, milliseconds since 1970. */
  let pausedUntil = 0;
  /** Batches without an answer, oldest first. */
  const sent: string[][] = [];

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const say = (text: string) => {
    // In quotes the build leaves it alone, which has a name of its own for the core's.
    socket?.["send"](text);
    patience ??= setTimeout(guard(lost), SOCKET_PATIENCE);
  };

  const drain = () => {
    while (waiting[0] && isOpen() && !sent[SOCKET_BATCHES - 1] && !document.hidden && Date.now() >= pausedUntil) {
      let count = core.most;
      let text = "";
      do {
        const events = JSON.parse(`[${waiting.slice(0, count)}]`);
        text = JSON.stringify({ type: "events", ...core.sender, sent_at: Date.now(), visible: true, events });
      } while (new Blob([text]).size > IN_FLIGHT_BYTES && (count >>= 1));
      sent.push(waiting.splice(0, count || 1));
      say(text);
    }
  };

  /** The socket is used no more. What it did not acknowledge waits for a beacon. */
  const end = () => {
    clearTimeout(patience);
    clearTimeout(retry);
    patience = retry = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = undefined;
    waiting.unshift(...sent.splice(0).flat());
  };

  /** It broke, or nobody answers any more: beacons take over at once, also as a sign of life. */
  function lost(event?: Partial<CloseEvent>) {
    const wasOpen = socket && socket.readyState !== WebSocket.CONNECTING && failures === 0;
    end();
    over = FINAL_CLOSE_CODES.includes(event?.code ?? 0);
    retry = setTimeout(guard(again), retryDelay(failures++, null));
    if (wasOpen && !waiting[0]) core.track("ping", {});
    core.flush();
  }

  const again = () => {
    retry = undefined;
    connect();
  };

  const connect = () => {
    if (over || socket || retry || document.hidden) return;
    socket = new WebSocket(address);
    socket.onopen = guard(drain);
    socket.onclose = guard(lost);
    socket.onmessage = guard(({ data }: MessageEvent) => {
      const reply: Reply = JSON.parse(data);
      clearTimeout(patience);
      patience = undefined;
      failures = 0;
      if (reply.type !== "pong") {
        const batch = sent.shift() ?? [];
        if (reply.retry_after_ms) {
          waiting.unshift(...batch);
          pausedUntil = Date.now() + reply.retry_after_ms;
          setTimeout(guard(drain), reply.retry_after_ms);
        } else if (reply.type === "ack") {
          // The collector knows the window by now.
          delete core.sender.context;
        }
      }
      if (sent[0]) patience = setTimeout(guard(lost), SOCKET_PATIENCE);
      drain();
    });
  };

  // A browser may have no sockets, and a page may forbid them.
  const talk = guard(() => {
    connect();
    drain();
  });
  core.send = (event) => {
    if (event.event_type === "ping" && isOpen()) return say('{"type":"ping"}');
    const before = waiting.length;
    send(event);
    // A page that is not counted has no visitor either.
    if (waiting.length !== before) talk();
    else if (event.event_type === "pageview") end();
  };
  core.sleep = end;
  // The core heard of it first, and has sent its leave: what it said by socket may not arrive any more, and is said again.
  core.on("visibilitychange pagehide", ({ type }) => {
    if (!document.hidden && type !== "pagehide") return;
    end();
    core.flush(true);
  });
  // Whether this page is counted is known by whether anything is.
  if (!document.hidden) core.track("ping", {});
};
