import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Bench } from "../bench/bench.ts";
import type { Finding } from "../bench/findings.ts";
import { thisMachine } from "../bench/machine.ts";
import { endHelpers } from "../bench/processes/helper.ts";
import { cost } from "../bench/rows/cost.ts";
import { ingest } from "../bench/rows/ingest.ts";
import { latency } from "../bench/rows/latency.ts";
import { sockets } from "../bench/rows/sockets.ts";
import { watched } from "../bench/rows/watched.ts";
import { formatTable } from "../bench/table.ts";
import { buildAll } from "./build.ts";
import { Problem, runScript } from "./problem.ts";

const ROWS = { ingest, watched, latency, sockets, cost } satisfies Record<string, (bench: Bench) => Promise<Finding[]>>;

const HELP = `Measures Footfall beside the least that could do the same, on this machine.

  npm run bench
  npm run bench -- --only ingest --json figures.json

  --only NAME  one part, may be given several times: ${Object.keys(ROWS).join(", ")}
  --json FILE  all figures, with every round and the machine
  --short      a glance: fewer and shorter rounds, which say little`;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: Object.keys(ROWS) },
      json: { type: "string" },
      short: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const unknown = values.only.find((name) => !(name in ROWS));
  if (unknown !== undefined)
    throw new Problem(`There is no part ${unknown}. There are: ${Object.keys(ROWS).join(", ")}.`);
  if (await buildAll()) console.log("Built.");

  const machine = thisMachine();
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "footfall-bench-"));
  const cleanUp = async () => {
    await endHelpers();
    await rm(folder, { recursive: true, force: true });
  };
  const stop = async () => {
    console.log("Stopping …");
    await cleanUp();
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) process.once(signal, () => void stop());
  process.channel?.unref();

  const progress = (line: string) => console.log(`${seconds(started).padStart(5)}  ${line}`);
  const findings: Finding[] = [];
  try {
    for (const [name, run] of Object.entries(ROWS)) {
      if (values.only.includes(name)) findings.push(...(await run({ folder, short: values.short, progress })));
    }
  } finally {
    await cleanUp();
  }
  console.log(`\n${formatTable(findings)}\n`);
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, workerd ${machine.workerd}, ${seconds(started)}.`,
  );
  if (values.short) console.log("A short run: not to be quoted.");
  if (values.json)
    await writeFile(values.json, `${JSON.stringify({ machine, short: values.short, findings }, null, 2)}\n`);
  process.exit(0);
});

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(0)} s`;
}
