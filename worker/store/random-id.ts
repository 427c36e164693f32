const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/** `length` characters of lower-case base32, 5 bits each. */
export function randomId(length = 10): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => LETTERS[byte & 31]).join("");
}
