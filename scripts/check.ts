import process from "node:process";
import { endChildrenOnSignals } from "./child.ts";
import { runScript } from "./problem.ts";
import { runSteps } from "./run-steps.ts";
import { CHECKS } from "./steps.ts";

await runScript(async () => {
  endChildrenOnSignals();
  process.exit((await runSteps(CHECKS)) ? 0 : 1);
});
