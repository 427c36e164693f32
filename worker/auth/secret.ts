import { Buffer } from "node:buffer";

/** 256 random bits in 43 characters that need no escaping anywhere. */
export function randomSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}
