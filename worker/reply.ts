import { type ErrorBody, REFUSAL_STATUS, type RefusalCode } from "../protocol/refusals";

/** `{ success: true, data }`. */
export function ok(data: unknown, status = 200, headers: HeadersInit = {}): Response {
  return Response.json({ success: true, data }, { status, headers });
}

/** An error body with the code's status. `more` stands beside `error`: what was wrong with which event of a batch. */
export function fail(
  code: RefusalCode,
  message: string,
  fields?: Record<string, string>,
  headers: HeadersInit = {},
  more: Record<string, unknown> = {},
): Response {
  const body: ErrorBody = { success: false, error: { code, message, ...(fields && { fields }) } };
  return Response.json({ ...body, ...more }, { status: REFUSAL_STATUS[code], headers });
}
