import { Problem } from "./problem.ts";
import type { Step, StepResult } from "./steps.ts";

interface Done extends StepResult {
  name: string;
  seconds: number;
}

/** Runs every step in turn, also after a failure, and shows what each took. Resolves to whether all of them passed. */
export async function runSteps(steps: Step[], args: string[] = []): Promise<boolean> {
  const done: Done[] = [];
  for (const step of steps) {
    console.log(`\n— ${step.name}`);
    const started = performance.now();
    const result = await runStep(step, args);
    done.push({ name: step.name, seconds: (performance.now() - started) / 1000, ...result });
  }
  console.log("");
  for (const { name, seconds, ok } of done) {
    console.log(`${name.padEnd(10)}${seconds.toFixed(1).padStart(7)} s  ${ok ? "ok" : "FAILED"}`);
  }
  if (done.some(({ passed, failed }) => passed + failed > 0)) {
    const sum = (pick: (one: Done) => number) => done.reduce((total, one) => total + pick(one), 0);
    console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
  }
  return done.every(({ ok }) => ok);
}

async function runStep(step: Step, args: string[]): Promise<StepResult> {
  try {
    return await step.run(args);
  } catch (error) {
    console.log(error instanceof Problem ? error.message : error);
    return { ok: false, passed: 0, failed: 1 };
  }
}
