/** Dollars beyond what the paid plan includes, as Cloudflare's pricing pages had them in November 2026. */
const PRICES = {
  /** https://developers.cloudflare.com/workers/platform/pricing/ */
  worker_request: 0.3 / 1e6,
  /** https://developers.cloudflare.com/durable-objects/platform/pricing/: calls and alarms. */
  object_request: 0.15 / 1e6,
  /** The same page: rows written to an object's SQLite; setting an alarm is one. */
  object_row_written: 1 / 1e6,
  /** https://developers.cloudflare.com/d1/platform/pricing/ */
  d1_row_written: 1 / 1e6,
  d1_row_read: 0.001 / 1e6,
  d1_gb_month: 0.75,
} as const;

/** What was counted over the whole life of some events. */
export interface Usage {
  events: number;
  worker_requests: number;
  object_requests: number;
  object_rows_written: number;
  d1_rows_written: number;
  d1_rows_read: number;
  /** Bytes of D1, kept for a month. */
  d1_bytes: number;
}

/** Dollars a million events, by what is billed. Duration of objects is not in it: it depends on how events come. */
export function priceOfMillion(usage: Usage): Record<string, number> {
  const share = 1e6 / usage.events;
  return {
    "Worker requests": usage.worker_requests * share * PRICES.worker_request,
    "object requests": usage.object_requests * share * PRICES.object_request,
    "object rows written": usage.object_rows_written * share * PRICES.object_row_written,
    "D1 rows written": usage.d1_rows_written * share * PRICES.d1_row_written,
    "D1 rows read": usage.d1_rows_read * share * PRICES.d1_row_read,
    "D1 storage for a month": ((usage.d1_bytes * share) / 1e9) * PRICES.d1_gb_month,
  };
}
