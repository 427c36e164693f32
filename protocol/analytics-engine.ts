/** Columns of a data point in Analytics Engine. An optional, sampled, long-range mirror: no visitor and no session id. */

export const AE_BLOBS = [
  "type",
  "name",
  "path",
  "source",
  "channel",
  "campaign",
  "country",
  "device",
  "browser",
  "os",
] as const;
export const AE_DOUBLES = ["count", "engaged_ms"] as const;

/** Limits documented by Cloudflare; the local server enforces none of them. */
export const AE_LIMITS = {
  blobs: 20,
  doubles: 20,
  indexes: 1,
  index_bytes: 96,
  /** All blobs of a point together. */
  blob_bytes: 16 * 1024,
  points_per_invocation: 250,
} as const;
