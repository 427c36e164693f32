import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildAll } from "./build.ts";
import { endChildrenOnSignals, runChild } from "./child.ts";
import { deploy } from "./deploy-flow.ts";
import { Problem, runScript } from "./problem.ts";
import { ROOT } from "./root.ts";

const CONFIG = join(ROOT, "wrangler.toml");
/** Beside wrangler.toml, because the paths in it are relative. */
const LITE_CONFIG = join(ROOT, "wrangler.lite.toml");

// npm run deploy -- [--dry-run]
await runScript(async () => {
  endChildrenOnSignals();
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean" } } });
  console.log("Building …");
  await buildAll();
  try {
    if (values["dry-run"]) await dryRun();
    else
      await deploy({
        config: CONFIG,
        lite: LITE_CONFIG,
        wrangler: (args, options) => runChild("wrangler", args, options),
      });
  } finally {
    await rm(LITE_CONFIG, { force: true });
  }
});

async function dryRun(): Promise<void> {
  const outdir = await mkdtemp(join(tmpdir(), "footfall-deploy-"));
  try {
    const { code } = await runChild("wrangler", ["deploy", "--dry-run", "--config", CONFIG, "--outdir", outdir]);
    if (code !== 0) throw new Problem("The dry run failed; the lines above say why.");
    console.log("Nothing was deployed: this was a dry run.");
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
