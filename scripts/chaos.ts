import process from "node:process";
import { parseArgs } from "node:util";
import { buildAll } from "./build.ts";
import { endChildrenOnSignals, runChild } from "./child.ts";
import { runScript } from "./problem.ts";

// npm run chaos -- [--only NAME] [--short]: the fault suite of test/chaos in its full form; see docs/faults.md.
await runScript(async () => {
  endChildrenOnSignals();
  const { values } = parseArgs({ options: { only: { type: "string" }, short: { type: "boolean" } } });
  await buildAll();
  const only = values.only === undefined ? [] : ["--testNamePattern", `^(${values.only}|traces): `];
  const env = { FOOTFALL_LONG: values.short ? "" : "1" };
  const { code } = await runChild("vitest", ["run", "--project", "system", "test/chaos", ...only], { env });
  process.exit(code);
});
