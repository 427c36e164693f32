import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Bench } from "../bench/bench.ts";
import { type Finding, Report } from "../bench/findings.ts";
import { thisMachine } from "../bench/machine.ts";
import { endHelpers } from "../bench/processes/helper.ts";
import { formatReport, replaceFigures } from "../bench/report.ts";
import { cost } from "../bench/rows/cost.ts";
import { ingest } from "../bench/rows/ingest.ts";
import { latency } from "../bench/rows/latency.ts";
import { leaves } from "../bench/rows/leaves.ts";
import { page } from "../bench/rows/page.ts";
import { size } from "../bench/rows/size.ts";
import { slow } from "../bench/rows/slow.ts";
import { sockets } from "../bench/rows/sockets.ts";
import { streams } from "../bench/rows/streams.ts";
import { watched } from "../bench/rows/watched.ts";
import { formatTable } from "../bench/table.ts";
import { buildAll } from "./build.ts";
import { Problem, runScript } from "./problem.ts";
import { ROOT } from "./root.ts";

const PARTS: Record<string, (bench: Bench) => Promise<Finding[]>> = {
  ingest,
  leaves,
  watched,
  latency,
  sockets,
  streams,
  slow,
  cost,
  size,
  page,
};
const NAMES = Object.keys(PARTS);
/** Parts that measure no time, and so run beside another one that does not either. */
const BESIDE: Record<string, string> = { cost: "slow" };
const DOCUMENT = join(ROOT, "docs", "performance.md");

const HELP = `Measures Footfall beside the least that could do the same, on this machine. Takes about thirteen minutes.

  npm run bench
  npm run bench -- --only ingest --json figures.json

  --only NAME    one part, may be given several times: ${NAMES.join(", ")}
  --json FILE    writes all figures, with every round and the machine
  --short        a glance: fewer and shorter rounds, which say little
  --report FILE  measures nothing: writes the figures of such a file into docs/performance.md`;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: NAMES },
      json: { type: "string" },
      short: { type: "boolean", default: false },
      report: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  if (values.report !== undefined) return writeReport(values.report);
  const unknown = values.only.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Problem(`There is no part ${unknown}. There are: ${NAMES.join(", ")}.`);
  const report = await measure(
    NAMES.filter((name) => values.only.includes(name)),
    values.short,
  );
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exit(Object.keys(report.failures).length === 0 ? 0 : 1);
});

async function measure(names: readonly string[], short: boolean): Promise<Report> {
  if (await buildAll()) console.log("Built.");
  const machine = thisMachine();
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "footfall-bench-"));
  // A runtime that had to be killed leaves its temporary files behind: here they go with the rest.
  process.env.TMPDIR = folder;
  const cleanUp = async () => {
    await endHelpers();
    await rm(folder, { recursive: true, force: true });
  };
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log("Stopping …");
    await cleanUp();
    process.exit(130);
  };
  // A terminal tells every process of the command, and each passes it on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) process.on(signal, () => void stop());
  process.channel?.unref();

  const progress = (line: string) => console.log(`${seconds(started).padStart(5)}  ${line}`);
  const findings: Finding[] = [];
  const failures: Record<string, string> = {};
  const measureOne = async (name: string): Promise<Finding[]> => {
    const begun = performance.now();
    try {
      return (await PARTS[name]?.({ folder, short, progress })) ?? [];
    } catch (error) {
      // What was being measured was ended by Ctrl-C: `stop` has the last word.
      if (stopping) await new Promise(() => {});
      console.error(error);
      // Of an error in a helper the message is its whole stack.
      failures[name] = String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
      return [];
    } finally {
      progress(`${name} took ${seconds(begun)}`);
    }
  };
  for (const first of names) {
    const second = BESIDE[first];
    if (second !== undefined && names.includes(second)) continue;
    const together = names.filter((name) => name === first || BESIDE[name] === first);
    findings.push(...(await Promise.all(together.map(measureOne))).flat());
    if (together.some((name) => name in failures)) await endHelpers();
  }
  await cleanUp();
  console.log(`\n${formatTable(findings)}\n`);
  const { cpu, cores, node, workerd } = machine;
  console.log(`${cpu}, ${cores} cores, Node ${node}, workerd ${workerd}, ${seconds(started)}.`);
  if (short) console.log("A short run: not to be quoted.");
  for (const [name, why] of Object.entries(failures)) console.log(`The part ${name} failed: ${why}`);
  return { machine, short, findings, failures };
}

async function writeReport(file: string): Promise<void> {
  const report = Report.parse(JSON.parse(await readFile(file, "utf8")));
  if (report.short) throw new Problem(`${file} is of a short run, which says little. Measure without --short.`);
  await writeFile(DOCUMENT, replaceFigures(await readFile(DOCUMENT, "utf8"), formatReport(report)));
  console.log(`Wrote ${report.findings.length} lines into docs/performance.md.`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(0)} s`;
}
