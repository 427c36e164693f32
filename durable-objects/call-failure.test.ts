import { expect, test } from "vitest";
import { failureOf } from "./call-failure";

test.each([
  [new Error("Storage is full."), { message: "Storage is full.", retryable: false, overloaded: false }],
  [
    Object.assign(new Error("Connection lost."), { retryable: true }),
    { message: "Connection lost.", retryable: true, overloaded: false },
  ],
  [
    Object.assign(new Error("Too much."), { retryable: true, overloaded: true }),
    { message: "Too much.", retryable: true, overloaded: true },
  ],
  ["thrown as text", { message: "thrown as text", retryable: false, overloaded: false }],
  [null, { message: "null", retryable: false, overloaded: false }],
])("%s is told as data with what the platform says of it", (error, told) => {
  expect(failureOf(error)).toEqual({ ok: false, code: "failed", ...told });
});
