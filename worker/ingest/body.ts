import { BODY_TIMEOUT } from "../../protocol/limits";
import type { RefusalCode } from "../../protocol/refusals";

export type Body = { ok: true; text: string; bytes: Uint8Array } | { ok: false; code: RefusalCode; message: string };

/** Past the limit this much more is read and thrown away, so that the sender can read the answer. */
const DRAIN = 8;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
const JSON_TYPES = ["application/json", "text/plain"];

/** Reads a JSON body of at most `most` bytes within 10 s. Browsers send it as `text/plain`, which needs no preflight. */
export async function readBody(request: Request, most: number): Promise<Body> {
  const type = (request.headers.get("Content-Type") ?? "application/json").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const encoding = request.headers.get("Content-Encoding")?.toLowerCase() ?? "identity";
  // Whatever the stream of a body throws is the sender's doing: its connection went, or its framing is wrong.
  const bytes = await readBytes(request, most).catch(() => "broken_off" as const);
  if (bytes === "broken_off") return refused("unreadable", "The body broke off.");
  if (!JSON_TYPES.includes(type)) {
    return refused("unsupported_media_type", "Send JSON as application/json or text/plain.");
  }
  if (encoding !== "identity") return refused("unsupported_media_type", "Send the body without Content-Encoding.");
  if (bytes === "too_large") return refused("too_large", `The body may have ${most} bytes.`);
  if (bytes === "timeout") return refused("timeout", "The body did not arrive within 10 seconds.");
  try {
    return { ok: true, bytes, text: utf8.decode(bytes) };
  } catch {
    // A TypeError is how the decoder says that the bytes are not UTF-8.
    return refused("unreadable", "The body is not UTF-8.");
  }
}

function refused(code: RefusalCode, message: string): Body {
  return { ok: false, code, message };
}

async function readBytes(request: Request, most: number): Promise<Uint8Array | "too_large" | "timeout"> {
  if (!request.body) return new Uint8Array();
  // `scheduler` and not `setTimeout`, which Node's compatibility layer makes many times dearer.
  const deadline = scheduler.wait(BODY_TIMEOUT).then(() => "timeout" as const);
  const declared = Number(request.headers.get("Content-Length") ?? Number.NaN);
  if (declared <= most) {
    // The platform holds a sender to what it declared, so the whole body can be taken at once.
    const whole = await Promise.race([request.arrayBuffer(), deadline]);
    return whole === "timeout" ? whole : new Uint8Array(whole);
  }
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const next = await Promise.race([reader.read(), deadline]);
    if (next === "timeout") {
      await reader.cancel();
      return "timeout";
    }
    if (next.done) break;
    size += next.value.byteLength;
    if (size <= most) chunks.push(next.value);
    else if (size > most * DRAIN) {
      await reader.cancel();
      break;
    }
  }
  if (size > most) return "too_large";
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
