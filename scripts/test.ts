import process from "node:process";
import { parseArgs } from "node:util";
import { endChildrenOnSignals } from "./child.ts";
import { Problem, runScript } from "./problem.ts";
import { runSteps } from "./run-steps.ts";
import { STEPS } from "./steps.ts";

// npm test -- [--long] [--only STEP [files …]]
await runScript(async () => {
  endChildrenOnSignals();
  const { values, positionals } = parseArgs({
    options: { long: { type: "boolean" }, only: { type: "string" } },
    allowPositionals: true,
  });
  if (values.long) process.env.FOOTFALL_LONG = "1";
  const steps = values.only === undefined ? STEPS : STEPS.filter(({ name }) => name === values.only);
  if (steps.length === 0) {
    throw new Problem(`There is no step ${values.only}. The steps are: ${STEPS.map(({ name }) => name).join(", ")}.`);
  }
  process.exit((await runSteps(steps, positionals)) ? 0 : 1);
});
