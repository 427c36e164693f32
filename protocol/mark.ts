/**
 * A mark stands among what a viewer is sent, and comes back as it is when all before it has been read: so the object knows
 * what waits. `at` counts the characters that were sent before it.
 */

const START = '{"type":"mark","data":{"at":';

export function markText(at: number): string {
  return `${START}${at}}}`;
}

/** Whether a message is a mark as the object wrote it; read without taking any other message apart. */
export function isMark(text: string): boolean {
  return text.startsWith(START);
}
