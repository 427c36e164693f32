/** What the log says of one request. Nothing of who asked: no address, no user agent, no query, no id out of the path. */
export interface RequestLine {
  request_id: string;
  method: string;
  /** The pattern of the route, `/api/sites/:site`; files and unknown addresses have none. */
  route: string | null;
  status: number;
  /** From the request's arrival until the reply began. */
  ms: number;
  /** What was thrown, without its values; null: nothing. */
  error: string | null;
}

/** One line of JSON. `now` in milliseconds since 1970. */
export function requestLine({ error, ...line }: RequestLine, now: number): string {
  const at = new Date(now).toISOString();
  return JSON.stringify({
    level: line.status >= 500 ? "error" : "info",
    at,
    message: `[${at}] ${line.status} - ${line.ms}ms ${line.method} ${line.route ?? "-"}`,
    ...line,
    ...(error !== null && { error }),
  });
}

/** The platform's own name of the request where it gave one, else a new one. */
export function requestId(given: string | undefined): string {
  return given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}
