import process from "node:process";

/** Something the person at the keyboard can mend. Its message is shown alone, without a stack. */
export class Problem extends Error {}

/** Runs a script's main function; a failure ends the process with code 1. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    process.exit(1);
  }
}
