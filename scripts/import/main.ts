import process from "node:process";
import { botOf } from "../../worker/enrich/bots.ts";
import { ROOT } from "../root.ts";
import { importClient } from "./client.ts";
import { importLog } from "./import-log.ts";
import { openLog } from "./log-file.ts";
import { readOptions, USAGE } from "./options.ts";
import { progressLine } from "./progress.ts";
import { summary } from "./tally.ts";

/** `npm run import`. Throws a Problem. */
export async function main(): Promise<void> {
  const { env, stderr } = process;
  // npm runs scripts in the repository's folder, and tells from where it was called.
  const folder = env.INIT_CWD ?? process.cwd();
  const options = readOptions({ args: process.argv.slice(2), env, folder, root: ROOT });
  if (options === "help") return console.log(USAGE);
  const { file, ...server } = options;
  const log = await openLog(file);
  const started = performance.now();
  const line = progressLine({
    write: (text) => stderr.write(text),
    terminal: stderr.isTTY === true,
    clock: () => performance.now(),
  });
  try {
    const tally = await importLog({
      file,
      bytes: log.bytes,
      client: importClient(server),
      judges: { botOf, now: Date.now() },
      progress: ({ lines }) => line.update(log.position(), log.size, lines),
    });
    line.clear();
    console.log(summary(tally, file, performance.now() - started));
  } catch (error) {
    line.clear();
    throw error;
  }
}
