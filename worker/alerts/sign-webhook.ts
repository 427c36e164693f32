import { Buffer } from "node:buffer";

/** Header of a webhook: `t=SECONDS,v1=HEX`. */
export const SIGNATURE_HEADER = "Footfall-Signature";

/**
 * The header's value for a body that is sent at `now`: HMAC-SHA256 under the rule's secret of the time in seconds, a dot,
 * and the body. Whoever checks it also refuses times that are too far off, so that nothing can be sent a second time.
 */
export async function signWebhook(secret: string, body: string, now: number): Promise<string> {
  const encode = new TextEncoder();
  const t = Math.floor(now / 1_000);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encode.encode(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encode.encode(`${t}.${body}`));
  return `t=${t},v1=${Buffer.from(mac).toString("hex")}`;
}
