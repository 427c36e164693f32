import { type Accessor, createComputed, createSignal, on, onCleanup, untrack } from "solid-js";

/**
 * Follows `source` at most once each `interval` milliseconds: the first change at once, what comes right after it
 * together with the next. A change of `urgent` is followed at once. The second value takes over what is there now.
 */
export function createPaced<T>(
  source: Accessor<T>,
  interval: number,
  urgent: Accessor<unknown>,
): [paced: Accessor<T>, catchUp: () => void] {
  const [paced, setPaced] = createSignal(untrack(source));
  let takenAt = Number.NEGATIVE_INFINITY;
  let later: ReturnType<typeof setTimeout> | undefined;

  function catchUp(): void {
    clearTimeout(later);
    later = undefined;
    takenAt = performance.now();
    setPaced(() => untrack(source));
  }
  function follow(): void {
    const wait = takenAt + interval - performance.now();
    if (wait <= 0) catchUp();
    else later ??= setTimeout(catchUp, wait);
  }
  createComputed(on(source, follow, { defer: true }));
  createComputed(on(urgent, catchUp, { defer: true }));
  onCleanup(() => clearTimeout(later));
  return [paced, catchUp];
}
