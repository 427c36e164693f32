import { type ErrorBody, type EventError, REFUSAL_STATUS, type RefusalCode } from "../protocol/refusals";

/** A success: `{ success: true, data }`. */
export function ok(data: unknown, status: 200 | 201 = 200): Response {
  return Response.json({ success: true, data }, { status });
}

/** A refusal: a code for programs, a sentence for people, and the field that is wrong where there is one. */
export function fail(
  code: RefusalCode,
  message: string,
  fields?: Record<string, string>,
  headers: Record<string, string> = {},
  more: { errors?: EventError[] } = {},
): Response {
  const body: ErrorBody = { success: false, error: { code, message, ...(fields && { fields }) } };
  return Response.json({ ...body, ...more }, { status: REFUSAL_STATUS[code], headers });
}
