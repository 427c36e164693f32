import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

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
          // Of a machine that does other things beside the tests; what hangs is still found.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        plugins: [solid()],
        test: {
          name: "ui",
          include: ["dashboard/**/*.test.{ts,tsx}"],
          environment: "happy-dom",
          setupFiles: ["./test/support/setup-properties.ts", "./test/support/setup-ui.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
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
          testTimeout: 30_000,
          hookTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: "system",
          include: ["test/{browser,chaos,process,system,fuzz}/**/*.test.ts"],
          environment: "node",
          setupFiles: ["./test/support/setup-system.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          fileParallelism: false,
          // The scenarios of the fault suite mostly wait.
          maxConcurrency: 16,
        },
      },
    ],
  },
});
