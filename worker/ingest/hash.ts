import { Buffer } from "node:buffer";

/** Hex SHA-256. */
export async function sha256Hex(bytes: Uint8Array | string): Promise<string> {
  const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return Buffer.from(await crypto.subtle.digest("SHA-256", data)).toString("hex");
}
