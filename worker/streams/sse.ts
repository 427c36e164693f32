import { STREAM_RETRY } from "../../protocol/limits";

/** The text of Server-Sent Events (HTML standard, "Server-sent events"). Data is JSON on one line. */

export const RETRY_TEXT = `retry: ${STREAM_RETRY}\n\n`;
/** A comment: no event for the page. */
export const HEARTBEAT_TEXT = ": heartbeat\n\n";

/** One message; `id` is what the client says as `Last-Event-ID` when it comes back. */
export function messageText(data: string, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}

/** The number in `Last-Event-ID`, or null. */
export function lastEventId(request: Request): number | null {
  const id = request.headers.get("Last-Event-ID") ?? "";
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}

export const STREAM_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  // Without `no-transform` a proxy may gather messages to compress them.
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};
