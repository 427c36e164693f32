import { AE_BLOBS, AE_LIMITS } from "../../../protocol/analytics-engine";
import type { Dimensions } from "../../../protocol/ingest";
import type { CountedEvent } from "../model/entry";

export interface DataPoint {
  indexes: [string];
  blobs: string[];
  doubles: number[];
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();
const BLOB_BYTES = Math.floor(AE_LIMITS.blob_bytes / AE_BLOBS.length);

/** A page view or custom event as a data point within the documented limits; null for every other event. */
export function dataPoint(site_id: string, event: CountedEvent, d: Dimensions): DataPoint | null {
  if (event.type !== "pageview" && event.type !== "custom") return null;
  const columns: Record<(typeof AE_BLOBS)[number], string> = {
    type: event.type,
    name: event.name ?? "",
    path: event.path,
    source: d.source,
    channel: d.channel,
    campaign: d.campaign,
    country: d.country ?? "",
    device: d.device,
    browser: d.browser,
    os: d.os,
  };
  return {
    indexes: [cut(site_id, AE_LIMITS.index_bytes)],
    blobs: AE_BLOBS.map((name) => cut(columns[name], BLOB_BYTES)),
    doubles: [1, finite(event.engaged_ms)],
  };
}

/** The text's first `bytes` bytes of UTF-8, without a broken character at the end. */
function cut(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const all = utf8.encode(text);
  if (all.length <= bytes) return text;
  let end = bytes;
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((all[end] ?? 0) & 0xc0) === 0x80) end--;
  return decoder.decode(all.subarray(0, end));
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
