/** Why a request, or one event of it, is refused: the `code` of an error body. */
export const REFUSAL_STATUS = {
  unreadable: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type RefusalCode = keyof typeof REFUSAL_STATUS;

export interface ErrorBody {
  success: false;
  error: { code: RefusalCode; message: string; fields?: Record<string, string> };
}

/** One event of a batch that was not kept while others were. */
export interface EventError {
  index: number;
  code: RefusalCode;
  fields: Record<string, string>;
}
