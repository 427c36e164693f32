import { WINDOW_LENGTHS, type WindowName, type WindowPoint } from "../../protocol/live";
import { rollWindows, WINDOW_NAMES, type Windows } from "./model/windows";

/** The platform lets no object sleep sooner than this after its last work (documented; the same locally). */
const SLEEP = 10_000;

/** Which closed windows viewers were told of. Windows in which nothing came are never told. */
export class ClosedWindows {
  /** By window: those that began later were not told. Null: unknown, since the object woke or nobody listens. */
  #told: Record<WindowName, number> | null = null;

  /** Forgets what was told: nobody listens. */
  forget(): void {
    this.#told = null;
  }

  /** Somebody is the first to listen: windows that closed before are none of theirs. */
  begin(now: number): void {
    this.#told = startsBefore((length) => Math.floor(now / length) * length);
  }

  /** Those that closed since the call before, oldest first. */
  take(windows: Windows, now: number): { name: WindowName; point: WindowPoint }[] {
    rollWindows(windows, now);
    // Of those that closed so lately no earlier life of this object can have told: it would not have slept yet.
    this.#told ??= startsBefore((length) => now - SLEEP - length);
    const told = this.#told;
    const taken = WINDOW_NAMES.flatMap((name) =>
      windows.closed[name].filter((point) => point.at > told[name]).map((point) => ({ name, point })),
    );
    for (const { name, point } of taken) told[name] = point.at;
    return taken;
  }

  /** When the next window closes that viewers are to be told of; null: none is open. */
  nextAt(windows: Windows): number | null {
    const ends = WINDOW_NAMES.flatMap((name) => {
      const running = windows.running[name];
      return running && running.at > (this.#told?.[name] ?? 0) ? running.at + WINDOW_LENGTHS[name] : [];
    });
    return ends.length === 0 ? null : Math.min(...ends);
  }
}

function startsBefore(of: (length: number) => number): Record<WindowName, number> {
  const before = (name: WindowName) => of(WINDOW_LENGTHS[name]) - 1;
  return { "1s": before("1s"), "5s": before("5s"), "60s": before("60s") };
}
