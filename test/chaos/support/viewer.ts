import { setTimeout as pause } from "node:timers/promises";
import { connectLive } from "../../../dashboard/live/connect-live.ts";
import type { LiveSnapshot } from "../../../protocol/live.ts";
import { signIn } from "../../support/api.ts";
import { PATIENCE } from "../../support/patience.ts";
import type { ChaosServer, ChaosSite } from "./faulty-server.ts";
import { Violation } from "./invariants.ts";

export interface ChaosViewer {
  /** Page views and events of today as this screen shows them; null before the first picture. */
  shown(): { page_views: number; events: number } | null;
  /** All that this screen shows; null before the first picture. */
  picture(): LiveSnapshot | null;
  /** True while the socket is open, false while it polls or waits. */
  isLive(): boolean;
  /** Calls `listener` after each change; returns what stops that. */
  listen(listener: () => void): () => void;
  frames(): number;
  /** Sockets opened so far. */
  opened(): number;
  /** What was seen and must not be: numbers of frames that do not grow. */
  wrong: string[];
  close(): void;
}

/** The dashboard's own live connection, signed in as the owner. Resolves when it has a picture. */
export async function watch(
  server: Pick<ChaosServer, "url" | "email" | "password">,
  site: Pick<ChaosSite, "id">,
): Promise<ChaosViewer> {
  const cookie = await signIn(server);
  let opened = 0;
  class SignedIn extends EventTarget {
    static readonly CLOSING = WebSocket.CLOSING;
    constructor(url: string, protocols?: string | string[]) {
      super();
      opened++;
      // The socket itself is what the client gets. Node's takes headers, which a browser's does not.
      return Reflect.construct(WebSocket, [url, { protocols, headers: { cookie } }]);
    }
  }
  const live = connectLive({
    url: server.url,
    site: site.id,
    WebSocket: SignedIn,
    fetch: (input, init) => fetch(input, { ...init, headers: { cookie } }),
  });
  const wrong: string[] = [];
  let last = 0;
  live.listen(() => {
    const { seq } = live.state();
    if (seq === null || seq === last) return;
    if (seq < last) wrong.push(`frame ${seq} came after ${last}`);
    last = seq;
  });
  const viewer: ChaosViewer = {
    shown: () => live.state().snapshot?.today ?? null,
    listen: (listener) => live.listen(listener),
    picture: () => live.state().snapshot,
    isLive: () => live.status() === "live",
    frames: () => live.state().frames,
    opened: () => opened,
    wrong,
    close: () => live.close(),
  };
  await until(() => viewer.isLive() && viewer.shown() !== null, "The viewer got no picture.");
  return viewer;
}

/** Waits until the screen shows as many events as were stored; a Violation after `within` milliseconds. */
export async function shows(viewer: ChaosViewer, events: () => number, within = PATIENCE): Promise<void> {
  await until(
    () => viewer.shown()?.events === events(),
    () => `The screen shows ${viewer.shown()?.events} events of ${events()}.`,
    within,
  );
  if (viewer.wrong.length > 0) throw new Violation(viewer.wrong.slice(0, 3).join("\n"));
}

/** Waits until `holds`; a Violation that says `what` after `within` milliseconds. */
export async function until(holds: () => boolean, what: string | (() => string), within = PATIENCE): Promise<void> {
  const deadline = performance.now() + within;
  while (!holds()) {
    if (performance.now() > deadline) throw new Violation(typeof what === "string" ? what : what());
    await pause(50);
  }
}
