import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./browser.ts";
import { measureBuild } from "./budgets.ts";
import { runChild } from "./child.ts";
import { lockGaps } from "./lock-gaps.ts";
import { ROOT } from "./root.ts";
import { countTests, type TestCount } from "./test-count.ts";

export interface StepResult extends TestCount {
  ok: boolean;
}

export interface Step {
  name: string;
  /** `args` go to vitest, where the step is one of its projects. */
  run(args: string[]): Promise<StepResult>;
}

const TYPED_FOLDERS = [".", "protocol", "dashboard", "tracker", "test", "test/workers"];

/** Checks that need no build. */
export const CHECKS: Step[] = [
  { name: "lint", run: () => runTool("biome", ["check", "--error-on-warnings", "."]) },
  { name: "types", run: checkTypes },
  { name: "lock", run: checkLock },
];

export const STEPS: Step[] = [
  ...CHECKS,
  { name: "build", run: () => runTool("node", [join(ROOT, "scripts", "build.ts")]) },
  { name: "budgets", run: checkBudgets },
  { name: "unit", run: (args) => runProject("unit", args) },
  { name: "ui", run: (args) => runProject("ui", args) },
  { name: "workers", run: (args) => runProject("workers", args) },
  {
    name: "system",
    run: async (args) => runProject("system", args, { FOOTFALL_BROWSER: await findBrowser() }),
  },
];

function outcome(ok: boolean): StepResult {
  return { ok, passed: 0, failed: 0 };
}

async function runTool(program: string, args: string[]): Promise<StepResult> {
  return outcome((await runChild(program, args)).code === 0);
}

/** Two compilers at a time: each already uses several threads. */
async function checkTypes(): Promise<StepResult> {
  const waiting = [...TYPED_FOLDERS];
  let ok = true;
  const work = async () => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      const { code, output } = await runChild("tsc", ["-p", folder, "--noEmit"], { output: "keep" });
      if (code === 0) continue;
      ok = false;
      console.log(`tsc -p ${folder}:\n${output.trimEnd()}`);
    }
  };
  await Promise.all([work(), work()]);
  return outcome(ok);
}

async function checkLock(): Promise<StepResult> {
  const gaps = lockGaps(JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")));
  for (const gap of gaps) console.log(`package-lock.json has no entry for ${gap}`);
  return outcome(gaps.length === 0);
}

async function checkBudgets(): Promise<StepResult> {
  const measures = await measureBuild();
  for (const { what, bytes, most } of measures) {
    console.log(`${what.padEnd(36)} ${bytes} of ${most} bytes${bytes > most ? ", too large" : ""}`);
  }
  return outcome(measures.every(({ bytes, most }) => bytes <= most));
}

async function runProject(name: string, args: string[], env: Record<string, string> = {}): Promise<StepResult> {
  const folder = await mkdtemp(join(tmpdir(), "footfall-report-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { code } = await runChild("vitest", ["run", "--project", name, ...reporters, ...args], { env });
    return { ok: code === 0, ...countTests(await readFile(report, "utf8").catch(() => ""), code) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
