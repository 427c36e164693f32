import { type Accessor, createSignal, onCleanup } from "solid-js";
import { connectLive, type LiveOptions } from "../../../live/connect-live";
import type { RoomConnection, RoomState } from "../../../live/connect-room";
import type { LiveState } from "../../../live/live-state";
import type { LiveStatus } from "../../../live/status-text";

export interface Live<State = LiveState> {
  state: Accessor<State>;
  status: Accessor<LiveStatus>;
  /** The server's clock, milliseconds since 1970; not reactive. */
  serverNow(): number;
  /** The server's clock when its current second began; changes once a second. */
  second: Accessor<number>;
  act: RoomConnection<RoomState>["act"];
}

const HIDDEN_INTERVAL = 500;

/** The live picture of one site as signals. */
export const createLive = (options: LiveOptions): Live => createRoomSignals(connectLive(options));

/** A live picture as signals: at most one change an animation frame, and slower in a hidden tab. Closes with its owner. */
export function createRoomSignals<State extends RoomState>(connection: RoomConnection<State>): Live<State> {
  const [state, setState] = createSignal<State>(connection.state(), { equals: false });
  const [status, setStatus] = createSignal(connection.status());
  const [second, setSecond] = createSignal(Math.floor(connection.serverNow() / 1000) * 1000);
  let frame = 0;
  let later: ReturnType<typeof setTimeout> | undefined;
  let tick: ReturnType<typeof setTimeout> | undefined;

  function apply(): void {
    cancelAnimationFrame(frame);
    clearTimeout(later);
    frame = 0;
    later = undefined;
    setStatus(connection.status());
    setState(() => connection.state());
  }

  connection.listen(() => {
    if (frame || later) return;
    // Animation frames do not come in a hidden tab, whose title still carries the number.
    if (document.hidden) later = setTimeout(apply, HIDDEN_INTERVAL);
    else frame = requestAnimationFrame(apply);
  });

  /** A frame asked for just before the tab was hidden never comes. */
  function visibilityChanged(): void {
    if (frame || later) apply();
  }
  document.addEventListener("visibilitychange", visibilityChanged);

  function rollOn(): void {
    const now = connection.serverNow();
    setSecond(Math.floor(now / 1000) * 1000);
    tick = setTimeout(rollOn, 1000 - (now % 1000));
  }
  rollOn();

  onCleanup(() => {
    connection.close();
    document.removeEventListener("visibilitychange", visibilityChanged);
    cancelAnimationFrame(frame);
    clearTimeout(later);
    clearTimeout(tick);
  });
  return { state, status, serverNow: connection.serverNow, second, act: connection.act };
}
