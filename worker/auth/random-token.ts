/** 256 random bits as base64url. */
export function randomToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

/** A short public id: 50 random bits as ten lower-case characters without look-alikes. */
export function shortId(): string {
  return [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => ALPHABET[byte % 32]).join("");
}

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
