import * as z from "zod";

const chance = z.number().min(0).max(1);

/** What goes wrong inside the runtime, each off by default. Chances are from 0 to 1. */
export const Faults = z.object({
  /** D1 commits a flush and its answer is lost. */
  d1_answer_lost: chance.default(0),
  /** D1 never gets a flush. */
  d1_call_lost: chance.default(0),
  /** D1 is away for everybody, readers too. */
  d1_away: z.boolean().default(false),
  /** The object is reset after D1 committed a flush, before the object knows. */
  reset_after_commit: chance.default(0),
  /** The object throws before it takes a batch. */
  crash_before: chance.default(0),
  /** The object throws after it took a batch: the write stays, the answer is lost. */
  crash_after: chance.default(0),
  /** The object is reset in the turn in which it took a batch. */
  reset_after: chance.default(0),
  /** A statement that writes to the object's storage fails. */
  storage_full: chance.default(0),
  /** `alarm()` throws before it does anything. */
  alarm_throws: z.boolean().default(false),
  /** `alarm()` ends without doing anything: what is left when the platform's retries have run out. */
  alarm_lost: z.boolean().default(false),
});
export type Faults = z.infer<typeof Faults>;

/** A request to the Worker under test. */
export const Command = z.discriminatedUnion("do", [
  /** Replaces the faults of a site, or of everything where no site is named. */
  z.object({ do: z.literal("faults"), site: z.string().optional(), faults: Faults }),
  /** Sets the clock so many milliseconds ahead of the machine's. */
  z.object({ do: z.literal("clock"), ahead: z.number() }),
  /** Which release runs. */
  z.object({ do: z.literal("release") }),
  /** Makes the newest journal row of a site one that D1 refuses. Answers the titles of its events. */
  z.object({ do: z.literal("poison"), site: z.string() }),
  /** Throws the object out of memory; with `leaf`, that leaf of the site. */
  z.object({ do: z.literal("reset"), site: z.string(), leaf: z.number().optional() }),
  /** The time of the object's alarm. */
  z.object({ do: z.literal("alarm"), site: z.string() }),
]);
export type Command = z.input<typeof Command>;

export const COMMAND_PATH = "/api/chaos";
