import { REFUSAL_STATUS, type RefusalCode } from "../../../protocol/refusals";

/** Why a call failed: the server's reason, or that no readable reply came. */
export type FailureCode = RefusalCode | "offline" | "unreadable_reply";

/** A call that did not succeed. `message` can be shown as it is. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: FailureCode;
  /** What is wrong, by field of the request; empty when it was not about fields. */
  readonly fields: Record<string, string>;

  constructor(code: FailureCode, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

const isRefusalCode = (code: string): code is RefusalCode => code in REFUSAL_STATUS;

/** The code of an error body, or the one that belongs to the status where the body has none that is known. */
export function failureCode(code: unknown, status: number): FailureCode {
  if (typeof code === "string" && isRefusalCode(code)) return code;
  const named = Object.entries(REFUSAL_STATUS).find(([, known]) => known === status)?.[0];
  if (named && isRefusalCode(named)) return named;
  return status >= 500 ? "unavailable" : "invalid";
}
