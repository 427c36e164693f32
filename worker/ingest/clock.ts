import { CLOCK_AHEAD, CLOCK_BACK } from "../../protocol/limits";

/** Milliseconds since 1970 of an ISO 8601 text or a number. */
export function toMs(time: string | number): number {
  return typeof time === "number" ? time : Date.parse(time);
}

/** No day of any time zone lies before 1970 from here on; rollups hold no earlier ones. */
const FIRST_TIME = 86_400_000;

/**
 * The moment of an event on the server's clock. A browser's clock is corrected by the difference between `sent_at` and
 * the arrival, and believed within 24 h back and 5 min ahead; a key's clock is believed, but not ahead.
 */
export function correctedTime(timestamp: number, sentAt: number | null, receivedAt: number, trusted: boolean): number {
  if (trusted) return Math.max(FIRST_TIME, Math.min(timestamp, receivedAt + CLOCK_AHEAD));
  const corrected = sentAt === null ? timestamp : timestamp + (receivedAt - sentAt);
  return Math.round(Math.min(receivedAt + CLOCK_AHEAD, Math.max(receivedAt - CLOCK_BACK, corrected)));
}
