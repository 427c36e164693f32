export const REDACTED = "[redacted]";

/** The local part is bounded so that a long run of word characters without an `@` costs no more than its length. */
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
/** What a JSON web token is made of, as long as it lasts: taken as a whole, so that no character is looked at twice. */
const DOTTED_RUN = /[\w.-]{14,}/g;
/** RFC 7519: three base64url parts, the first of which is JSON and so begins with `eyJ`. */
const JWT_BEGIN = /\beyJ[\w-]{8}/;
/**
 * ISO/IEC 7812 numbers have 13 to 19 digits, written in one run, in fours, or as 4-6-5. One UUID in some 300 has digits
 * that look like one: a UUID is found as a whole before, and stays.
 */
const CARD_OR_UUID =
  /(?<![\da-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f])|(?<![\d.])(?:\d{13,19}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,4}(?:[ -]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{5})(?![\d]|\.\d)/gi;
const UUID_LENGTH = 36;
const TOKEN_RUN = /[\w+=-]{24,}/g;
const SEPARATORS = /[-_+=]/;

const kindOf = (code: number) => (code < 58 ? 0 : code < 91 ? 1 : 2);

/**
 * A run of letters and digits that no person wrote: 32 or more hex digits, or 24 or more letters and digits in which
 * at least every fourth character changes between capital, small letter and digit. Slugs, UUIDs and 24-digit object
 * ids are names of pages and stay.
 */
function isRandom(piece: string): boolean {
  if (piece.length < 24 || !/\d/.test(piece) || !/[a-z]/i.test(piece)) return false;
  if (/^[0-9a-f]+$/i.test(piece)) return piece.length >= 32;
  let changes = 0;
  for (let i = 1; i < piece.length; i++) {
    if (kindOf(piece.charCodeAt(i)) !== kindOf(piece.charCodeAt(i - 1))) changes++;
  }
  return changes * 4 >= piece.length;
}

/** No number of a card is as long as a UUID. */
const redactCard = (found: string) => (found.length === UUID_LENGTH ? found : REDACTED);
const redactToken = (run: string) => (run.split(SEPARATORS).some(isRandom) ? REDACTED : run);

/** Replaces the tokens in a run: a part that begins one, the part after it, and the signature, which may be missing. */
function redactJwt(run: string): string {
  if (!run.includes("eyJ")) return run;
  const parts = run.split(".");
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? "";
    const begin = (parts[i + 1] ?? "").length < 2 ? -1 : part.search(JWT_BEGIN);
    if (begin < 0) kept.push(part);
    else {
      kept.push(part.slice(0, begin) + REDACTED);
      i += 2;
    }
  }
  return kept.join(".");
}

/** Replaces e-mail addresses and JSON web tokens: what may never be kept, also where long numbers are wanted. */
export function redactIdentity(text: string): string {
  let clean = text;
  if (clean.includes("eyJ")) clean = clean.replace(DOTTED_RUN, redactJwt);
  if (clean.includes("@")) clean = clean.replace(EMAIL, REDACTED);
  return clean;
}

/** Replaces e-mail addresses, JSON web tokens, card-like numbers (13 to 19 digits) and long random tokens. */
export function redact(text: string): string {
  // One replacement can free the border of another, so this runs until nothing changes; each round leaves fewer
  // characters outside the marks, so it ends.
  for (let before = text; ; ) {
    const after = redactIdentity(before).replace(CARD_OR_UUID, redactCard).replace(TOKEN_RUN, redactToken);
    if (after === before) return after;
    before = after;
  }
}
