/** The answer to an upgrade that has to wait, or for which there is no room; the Worker tells it as the client can read it. */
export function refusedUpgrade(status: 429 | 503, retry_after_s: number): Response {
  return new Response(null, { status, headers: { "Retry-After": String(retry_after_s) } });
}
