import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { ChildOptions, ChildResult } from "./child.ts";
import { databaseName, deployedUrl, missingPart, type OptionalPart, withoutSection } from "./deploy-config.ts";
import { Problem } from "./problem.ts";

/** What deploying needs. */
export interface DeployHost {
  /** The path of wrangler.toml, and of a copy that may be written beside it. */
  config: string;
  lite: string;
  /** Runs the platform's program with these arguments. */
  wrangler(args: string[], options?: ChildOptions): Promise<ChildResult>;
}

const SECRET = "SETUP_TOKEN";
/** A new workers.dev address takes a while to be known everywhere. */
const ADDRESS_TRIES = 30;

/**
 * Deploys, for the first time or as an upgrade. The database comes first: a Worker that asks for columns which are not there
 * yet would answer 503 to all, and the one that runs meanwhile does not mind columns that it does not know.
 */
export async function deploy(host: DeployHost): Promise<void> {
  await checkSignedIn(host);
  await prepareDatabase(host);
  const { config, output, missing } = await deployWorker(host);
  const url = deployedUrl(output);
  const setupLink = await setUp(host, config, url);
  console.log(`\nFootfall is deployed${url === null ? "" : ` at ${url}`}.`);
  if (setupLink !== null) console.log(`\n  Make the first owner here, once:\n  ${setupLink}`);
  for (const { name, without, mend } of missing) console.log(`\n${name} is off in this account. ${without}\n${mend}`);
}

const Databases = z.array(z.object({ name: z.string() }));

/** Makes the database where there is none yet, and brings it up to date. */
async function prepareDatabase(host: DeployHost): Promise<void> {
  const { config } = host;
  const name = databaseName(await readFile(config, "utf8"));
  if (name !== null) {
    const { code, output } = await host.wrangler(["d1", "list", "--json", "--config", config], { output: "keep" });
    const listed = code === 0 ? Databases.safeParse(jsonIn(output)) : null;
    if (!listed?.success) throw new Problem(`${output}\nThe databases of this account could not be listed.`);
    if (!listed.data.some((database) => database.name === name)) {
      console.log("Making the database …");
      // What it says of the configuration is not so here: the database is found by its name.
      const made = await host.wrangler(["d1", "create", name, "--config", config], { output: "keep" });
      if (made.code !== 0) throw new Problem(`${made.output}\nThe database could not be made.`);
    }
  }
  console.log("Bringing the database up to date …");
  await mustRun(
    host,
    ["d1", "migrations", "apply", "DB", "--remote", "--config", config],
    "The database could not be brought up to date.",
  );
}

/** The list in what `--json` printed, where a warning may stand before or after it; null: none. */
function jsonIn(output: string): unknown {
  try {
    return JSON.parse(/^\[(?:\]$|\n[\s\S]*?^\]$)/m.exec(output)?.[0] ?? "null");
  } catch {
    return null;
  }
}

async function checkSignedIn(host: DeployHost): Promise<void> {
  const { code, output } = await host.wrangler(["whoami"], { output: "keep" });
  if (code === 0 && !/not authenticated/i.test(output)) return;
  throw new Problem("Not signed in to Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN, and try again.");
}

/** Deploys the Worker, its objects and the dashboard; goes on without a part that the account has switched off. */
async function deployWorker(host: DeployHost): Promise<{ config: string; output: string; missing: OptionalPart[] }> {
  const missing: OptionalPart[] = [];
  let { config } = host;
  for (;;) {
    const { code, output } = await host.wrangler(["deploy", "--config", config], { output: "both" });
    if (code === 0) return { config, output, missing };
    const part = missingPart(output);
    if (part === null || missing.includes(part)) throw new Problem("Deploying failed; the lines above say why.");
    console.log(`\n${part.name} is off in this account: going on without it.`);
    missing.push(part);
    await writeFile(host.lite, withoutSection(await readFile(config, "utf8"), part.section));
    config = host.lite;
  }
}

/** Gives the Worker a set-up token while there is no owner. Resolves to the link that uses it, or null when it is set up. */
async function setUp(host: DeployHost, config: string, url: string | null): Promise<string | null> {
  const needed = url === null ? null : await isSetupNeeded(url);
  if (needed === false || (needed === null && (await hasSecret(host, config)))) return null;
  const token = randomBytes(32).toString("base64url");
  await mustRun(
    host,
    ["secret", "put", SECRET, "--config", config],
    "The set-up token could not be stored.",
    `${token}\n`,
  );
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

async function hasSecret(host: DeployHost, config: string): Promise<boolean> {
  const { code, output } = await host.wrangler(["secret", "list", "--format", "json", "--config", config], {
    output: "keep",
  });
  return code === 0 && output.includes(`"${SECRET}"`);
}

async function mustRun(host: DeployHost, args: string[], failure: string, input?: string): Promise<void> {
  const { code } = await host.wrangler(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Problem(`${failure} The lines above say why; npm run deploy can be run again.`);
}
