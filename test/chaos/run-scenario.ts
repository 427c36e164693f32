import type { Scenario } from "./scenario.ts";
import type { FaultyServer } from "./support/faulty-server.ts";
import { randomFrom, SEED } from "./support/random.ts";

/** Runs one with a seed of its own. What fails says with which seed. */
export async function runScenario(scenario: Scenario, shared: FaultyServer, long: boolean): Promise<string> {
  const random = randomFrom(SEED + [...scenario.name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0));
  try {
    return await scenario.run({ long, random, shared });
  } catch (error) {
    throw new Error(`${scenario.name}, FOOTFALL_SEED=${SEED}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
