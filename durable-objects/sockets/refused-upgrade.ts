/**
 * The answer to an upgrade that may not be (403), that has to wait (429), or for which there is no room (503). The Worker
 * tells it as the client can read it: a socket that hibernates would hold its close for ten seconds when it is closed in the
 * request that opened it (workerd 1.2026-11).
 */
export function refusedUpgrade(status: 403 | 429 | 503, retry_after_s?: number): Response {
  const headers: HeadersInit = retry_after_s === undefined ? {} : { "Retry-After": String(retry_after_s) };
  return new Response(null, { status, headers });
}
