import { expect, test } from "vitest";
import { countTests } from "./test-count";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const report = (numPassedTests: number, numFailedTests: number, ...testResults: object[]) =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults });

test.each([
  ["all passed", report(2, 0, file("passed", "passed", "passed")), 0, { passed: 2, failed: 0 }],
  ["one failed", report(1, 1, file("failed", "passed", "failed")), 1, { passed: 1, failed: 1 }],
  ["a file that does not load", report(1, 0, file("passed", "passed"), file("failed")), 1, { passed: 1, failed: 1 }],
  ["a hook that fails after its tests", report(1, 0, file("failed", "passed")), 1, { passed: 1, failed: 1 }],
  ["an error outside every file", report(3, 0, file("passed")), 1, { passed: 3, failed: 1 }],
  ["no report at all", "", 1, { passed: 0, failed: 1 }],
])("%s", (_, text, exitCode, count) => {
  expect(countTests(text, exitCode)).toEqual(count);
});
