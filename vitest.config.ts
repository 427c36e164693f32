import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";
import { PATIENCE } from "./test/support/patience.ts";

/**
 * These find what hangs, and nothing else: a machine that does much beside the tests may take its time. A wait inside a test
 * ends before the test does, and says what it waited for.
 */
const PATIENT = {
  testTimeout: 3 * PATIENCE,
  hookTimeout: 3 * PATIENCE,
  expect: { poll: { timeout: PATIENCE } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{protocol,worker,durable-objects,tracker,scripts,bench,demo,migrations}/**/*.test.ts",
            "test/unit/**/*.test.ts",
          ],
          exclude: ["**/*.workers.test.ts", "**/node_modules/**"],
          environment: "node",
          setupFiles: ["./test/support/setup-properties.ts"],
          ...PATIENT,
        },
      },
      {
        plugins: [solid()],
        test: {
          name: "ui",
          include: ["dashboard/**/*.test.{ts,tsx}"],
          environment: "happy-dom",
          setupFiles: ["./test/support/setup-properties.ts", "./test/support/setup-ui.ts"],
          ...PATIENT,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations("./migrations") } },
          })),
        ],
        test: {
          name: "workers",
          include: ["{worker,durable-objects}/**/*.workers.test.ts", "test/workers/**/*.test.ts"],
          setupFiles: ["./test/workers/setup.ts"],
          ...PATIENT,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/{browser,chaos,process,system,fuzz}/**/*.test.ts"],
          environment: "node",
          setupFiles: ["./test/support/setup-system.ts"],
          ...PATIENT,
          fileParallelism: false,
          // The scenarios of the fault suite mostly wait.
          maxConcurrency: 16,
        },
      },
    ],
  },
});
