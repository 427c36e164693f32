import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { Problem } from "./problem.ts";
import { ROOT } from "./root.ts";

/** Where a local server keeps everything: FOOTFALL_STATE, or .footfall in the repository. */
function stateFolder(): string {
  return resolve(ROOT, process.env.FOOTFALL_STATE || ".footfall");
}

/** Leaves the server's address for the scripts that talk to it. */
export async function noteUrl(state: string, url: string): Promise<void> {
  await writeFile(join(state, "url"), `${url}\n`);
}

/** The address that the last start with this state folder printed. */
export async function localUrl(): Promise<string> {
  return readNote("url", "--url");
}

/** The API key that a start makes for this machine, scopes `ingest` and `read`. */
export async function localKey(): Promise<string> {
  return readNote("key", "--key");
}

async function readNote(name: string, option: string): Promise<string> {
  const path = join(stateFolder(), name);
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    throw new Problem(`There is no ${path}. Start a server with npm start, or use ${option}.`);
  }
}
