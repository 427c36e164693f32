import { setTimeout as pause } from "node:timers/promises";

/** Waits, if one of the periods of so many milliseconds since 1970 ends within `ahead`, until it has ended. */
export async function clearOf(period: number, ahead: number): Promise<void> {
  const left = period - (Date.now() % period);
  if (left <= ahead) await pause(left + 1);
}
