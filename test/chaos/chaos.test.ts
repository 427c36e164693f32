import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runScenario } from "./run-scenario.ts";
import { scenarios } from "./scenarios.ts";
import { type FaultyServer, startFaulty } from "./support/faulty-server.ts";
import { checkTraces } from "./support/invariants.ts";

/** The short form; `npm run chaos` is the full one. */
const LONG = process.env.FOOTFALL_LONG === "1";
const TIMEOUT = 600_000;

let shared: FaultyServer;
beforeAll(async () => {
  shared = await startFaulty();
});
afterAll(() => shared[Symbol.asyncDispose]());

const alone = scenarios.filter((scenario) => scenario.alone);
const together = scenarios.filter((scenario) => !scenario.alone);

test.concurrent.each(together)(
  "$name: $title",
  async (scenario) => {
    console.log(`${scenario.name}: ${await runScenario(scenario, shared, LONG)}`);
  },
  TIMEOUT,
);

test.each(alone)(
  "$name: $title",
  async (scenario) => {
    console.log(`${scenario.name}: ${await runScenario(scenario, shared, LONG)}`);
  },
  TIMEOUT,
);

test("traces: VISITOR-2 the server of all these leaves no secret in its files or its log", async () => {
  await shared.stop();
  expect(() => checkTraces(shared)).not.toThrow();
});
