import type { FaultyServer } from "./support/faulty-server.ts";

export interface Run {
  /** The full form: more rounds, minutes instead of seconds. */
  long: boolean;
  /** Seeded; each scenario has its own. */
  random: () => number;
  /** The server of all scenarios whose faults are those of one site. */
  shared: FaultyServer;
}

/** One kind of fault. It makes it, and throws a Violation where something does not hold. */
export interface Scenario {
  name: string;
  /** What has to hold, with the rule of protocol/SPEC.md. */
  title: string;
  /** Measures time, so nothing else may run beside it. */
  alone?: true;
  /** Answers what was seen, in one line. */
  run(run: Run): Promise<string>;
}
