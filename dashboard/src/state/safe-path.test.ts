import { expect, it } from "vitest";
import { safePath } from "./safe-path";

it.each([
  ["/sites/demo/live", "/sites/demo/live"],
  ["/sites?x=1", "/sites?x=1"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/sign-in?to=/", "/"],
  ["", "/"],
  [undefined, "/"],
  [["/a", "/b"], "/"],
])("leads %j to %s", (to, path) => expect(safePath(to)).toBe(path));
