import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { runChild } from "./child";
import { ROOT } from "./root";

test("a dry run packs the Worker with its bindings and deploys nothing", async () => {
  const { code, output } = await runChild(process.execPath, [join(ROOT, "scripts", "deploy.ts"), "--dry-run"], {
    output: "keep",
    // Without a way to the network it has to work as well.
    env: { CLOUDFLARE_API_TOKEN: "", HTTPS_PROXY: "http://127.0.0.1:9", WRANGLER_SEND_METRICS: "false" },
  });
  expect(output).toContain("Nothing was deployed");
  for (const binding of ["SITE", "ORG", "LEAF", "DB", "BUCKET", "AE", "ASSETS"])
    expect(output).toContain(`env.${binding}`);
  expect(code).toBe(0);
});
