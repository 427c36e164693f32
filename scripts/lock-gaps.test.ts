import { expect, test } from "vitest";
import { lockGaps } from "./lock-gaps";

const lock = (packages: Record<string, object>) => ({ packages });

test.each([
  ["nothing named", { "": {} }, []],
  ["present at the top", { "": { dependencies: { a: "1" } }, "node_modules/a": {} }, []],
  ["missing", { "": { dependencies: { a: "1" } } }, ["package.json -> a"]],
  [
    "a missing package for another system",
    { "node_modules/tool": { optionalDependencies: { "@tool/mac": "1" } } },
    ["node_modules/tool -> @tool/mac"],
  ],
  [
    "found beside its user",
    { "node_modules/a": { dependencies: { b: "2" } }, "node_modules/a/node_modules/b": {} },
    [],
  ],
  [
    "found above its user, scoped",
    {
      "node_modules/@s/a": {},
      "node_modules/@s/a/node_modules/b": { dependencies: { c: "1", "@s/a": "1" } },
      "node_modules/c": {},
    },
    [],
  ],
  [
    "not found beside a stranger",
    { "node_modules/a": { dependencies: { b: "1" } }, "node_modules/x/node_modules/b": {} },
    ["node_modules/a -> b"],
  ],
])("%s", (_, packages, gaps) => {
  expect(lockGaps(lock(packages))).toEqual(gaps);
});
