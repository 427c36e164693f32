import { onTestFinished, vi } from "vitest";

/**
 * Holds the clock still until the test ends, so that no minute or second that something is counted by ends in it.
 * Answers what lets so many milliseconds pass.
 */
export function holdClock(): (ms: number) => void {
  let now = Date.now();
  // Not the timers of vitest: `vi.waitFor` lets those go on.
  const time = vi.spyOn(Date, "now").mockImplementation(() => now);
  onTestFinished(() => time.mockRestore());
  return (ms) => {
    now += ms;
  };
}
