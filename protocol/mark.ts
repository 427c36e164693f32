/**
 * A mark stands among what a viewer is sent, and comes back as it is when all before it has been read: so the object knows
 * what waits. `at` counts the characters that were sent before it.
 */

const START = '{"type":"mark","data":{"at":';
const END = "}}";
/** Digits of a number of characters. */
const DIGITS = /^\d{1,15}$/;

export function markText(at: number): string {
  return `${START}${at}${END}`;
}

/** Whether a message is a mark; read without taking any other message apart. */
export function isMark(text: string): boolean {
  return text.startsWith(START);
}

/** What `markText` wrote; null for any other text. */
export function readMark(text: string): number | null {
  if (!isMark(text) || !text.endsWith(END)) return null;
  const at = text.slice(START.length, -END.length);
  return DIGITS.test(at) ? Number(at) : null;
}
