import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { buildAll } from "./build.ts";
import { endChildrenOnSignals, runChild } from "./child.ts";
import { deployedUrl, missingPart, type OptionalPart, withoutSection } from "./deploy-config.ts";
import { Problem, runScript } from "./problem.ts";
import { ROOT } from "./root.ts";

const CONFIG = join(ROOT, "wrangler.toml");
/** Beside wrangler.toml, because the paths in it are relative. */
const LITE_CONFIG = join(ROOT, "wrangler.lite.toml");
const SECRET = "SETUP_TOKEN";
/** A new workers.dev address takes a while to be known everywhere. */
const ADDRESS_TRIES = 30;

// npm run deploy -- [--dry-run]
await runScript(async () => {
  endChildrenOnSignals();
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean" } } });
  console.log("Building …");
  await buildAll();
  try {
    if (values["dry-run"]) await dryRun();
    else await deploy();
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

async function deploy(): Promise<void> {
  await checkSignedIn();
  const { config, output, missing } = await deployWorker();
  console.log("Bringing the database up to date …");
  await wrangler(
    ["d1", "migrations", "apply", "DB", "--remote", "--config", config],
    "The database could not be brought up to date.",
  );
  const url = deployedUrl(output);
  const setupLink = await setUp(config, url);
  console.log(`\nFootfall is deployed${url === null ? "" : ` at ${url}`}.`);
  if (setupLink !== null) console.log(`\n  Make the first owner here, once:\n  ${setupLink}`);
  for (const { name, without, mend } of missing) console.log(`\n${name} is off in this account. ${without}\n${mend}`);
}

async function checkSignedIn(): Promise<void> {
  const { code, output } = await runChild("wrangler", ["whoami"], { output: "keep" });
  if (code === 0 && !/not authenticated/i.test(output)) return;
  throw new Problem("Not signed in to Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN, and try again.");
}

/** Deploys the Worker, its objects and the dashboard; goes on without a part that the account has switched off. */
async function deployWorker(): Promise<{ config: string; output: string; missing: OptionalPart[] }> {
  const missing: OptionalPart[] = [];
  let config = CONFIG;
  for (;;) {
    const { code, output } = await runChild("wrangler", ["deploy", "--config", config], { output: "both" });
    if (code === 0) return { config, output, missing };
    const part = missingPart(output);
    if (part === null || missing.includes(part)) throw new Problem("Deploying failed; the lines above say why.");
    console.log(`\n${part.name} is off in this account: going on without it.`);
    missing.push(part);
    await writeFile(LITE_CONFIG, withoutSection(await readFile(config, "utf8"), part.section));
    config = LITE_CONFIG;
  }
}

/** Gives the Worker a set-up token while there is no owner. Resolves to the link that uses it, or null when it is set up. */
async function setUp(config: string, url: string | null): Promise<string | null> {
  const needed = url === null ? null : await isSetupNeeded(url);
  if (needed === false || (needed === null && (await hasSecret(config)))) return null;
  const token = randomBytes(32).toString("base64url");
  await wrangler(["secret", "put", SECRET, "--config", config], "The set-up token could not be stored.", `${token}\n`);
  return `${url ?? "https://YOUR-ADDRESS"}/#setup=${token}`;
}

/** Null: it does not answer. */
async function isSetupNeeded(url: string): Promise<boolean | null> {
  const State = z.union([z.object({ needed: z.boolean() }), z.object({ data: z.object({ needed: z.boolean() }) })]);
  for (let left = ADDRESS_TRIES; left > 0; left--) {
    try {
      const state = State.parse(await (await fetch(`${url}/api/setup`)).json());
      return "data" in state ? state.data.needed : state.needed;
    } catch {
      // Not known yet, or another program's answer at this address: ask again.
      await sleep(2_000);
    }
  }
  return null;
}

async function hasSecret(config: string): Promise<boolean> {
  const { code, output } = await runChild("wrangler", ["secret", "list", "--format", "json", "--config", config], {
    output: "keep",
  });
  return code === 0 && output.includes(`"${SECRET}"`);
}

async function wrangler(args: string[], failure: string, input?: string): Promise<void> {
  const { code } = await runChild("wrangler", args, input === undefined ? {} : { input });
  if (code !== 0) throw new Problem(`${failure} The lines above say why; npm run deploy can be run again.`);
}
