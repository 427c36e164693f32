import type { CallFailure } from "../protocol/ingest";
import { messageOf } from "./log-error";

/** What a call failed with, to be passed on as data. */
export function failureOf(error: unknown): CallFailure {
  return {
    ok: false,
    code: "failed",
    message: messageOf(error),
    retryable: says(error, "retryable"),
    overloaded: says(error, "overloaded"),
  };
}

function says(error: unknown, what: string): boolean {
  return typeof error === "object" && error !== null && what in error && Reflect.get(error, what) === true;
}
