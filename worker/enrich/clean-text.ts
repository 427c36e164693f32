import { redact } from "./redact";
import { remember } from "./remember";

/**
 * C0 and C1 controls, and the bidirectional controls of Unicode UAX 9 that let a text show itself as another
 * (CVE-2021-42574).
 */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Well-formed text without controls: lone surrogates become U+FFFD. */
export const plainText = (value: string): string => value.toWellFormed().replace(INVISIBLE, "");

/** The first `most` code points, never half of one. */
export function cutText(value: string, most: number): string {
  if (value.length <= most) return value;
  let end = 0;
  for (let count = 0; count < most && end < value.length; count++) {
    end += (value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return value.slice(0, end);
}

/** Text of a visitor as it may be stored: well-formed, without controls, redacted, at most `most` code points. */
export function cleanText(value: string, most: number): string {
  return value.length <= Math.min(most, SHORT) && isClean(value) ? value : clean(value, most);
}

/** Names, titles and selectors come again and again; those in which nothing has to be hidden are kept. */
const SHORT = 150;
const isClean = remember(
  (value) => clean(value, SHORT) === value,
  5_000,
  (_, yes) => yes,
);

function clean(value: string, most: number): string {
  // Redaction reads a bounded part, since what lies beyond is cut off anyway; and a cut can bring out what it hid,
  // as the first 16 of 30 digits, so both repeat until nothing changes.
  for (let before = cutText(plainText(value), most * 2 + 64); ; ) {
    const after = cutText(redact(before), most);
    if (after === before) return after;
    before = after;
  }
}
