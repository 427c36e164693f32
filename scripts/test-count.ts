import * as z from "zod";

export interface TestCount {
  passed: number;
  failed: number;
}

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/**
 * Tests in a JSON report of vitest. A file that failed outside its tests counts as one failed test, and so does a run that
 * ended badly with none to show for it.
 */
export function countTests(report: string, exitCode: number): TestCount {
  const { passed, failed } = countReported(report);
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
}

function countReported(report: string): TestCount {
  if (report === "") return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = Report.parse(JSON.parse(report));
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  );
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles.length };
}
