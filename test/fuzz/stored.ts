import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { openD1, storedPages } from "../support/d1-file.ts";
import { PATIENCE } from "../support/patience.ts";

/** What is in the state folder after all, past the product's own reads. */

/** C0 and C1 controls and the bidirectional ones: no text of a sender may bring them into a file or onto a screen. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const rows = (db: DatabaseSync, sql: string, ...params: string[]) => db.prepare(sql).all(...params);

function eventTables(db: DatabaseSync): string[] {
  return rows(db, "SELECT name FROM sqlite_master WHERE name GLOB 'events_[0-9]*'").map(({ name }) => String(name));
}

/** Pages of all raw event rows of the sites. */
function storedEvents(state: string, sites: readonly string[]): string[] {
  const db = openD1(state);
  const pages = sites.flatMap((site) => storedPages(db, site));
  db.close();
  return pages;
}

/** Pages of all raw event rows of the sites, once they are as `drained` wants them or it takes too long. */
export async function untilStored(
  state: string,
  sites: readonly string[],
  drained: (pages: readonly string[]) => boolean | Promise<boolean>,
): Promise<string[]> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const pages = storedEvents(state, sites);
    if ((await drained(pages)) || performance.now() > deadline) return pages;
    await pause(500);
  }
}

/** Every text of D1 that is not as it may be stored: `table.column: what`. */
export function wrongTexts(state: string): string[] {
  const db = openD1(state);
  const wrong = new Set<string>();
  for (const table of [...eventTables(db), "sessions", "rollups", "window_hours", "sites", "site_groups", "api_keys"]) {
    const columns = rows(db, `SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => String(name));
    for (const column of columns) {
      // As bytes: the driver would end a text at its first NUL and mend what is no UTF-8.
      const sql = `SELECT DISTINCT CAST(${column} AS BLOB) AS bytes FROM ${table} WHERE typeof(${column}) = 'text'`;
      for (const { bytes } of rows(db, sql)) {
        const fault = bytes instanceof Uint8Array ? faultOf(bytes) : "not bytes";
        if (fault) wrong.add(`${table}.${column}: ${fault}`);
      }
    }
  }
  db.close();
  return [...wrong];
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function faultOf(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    // A TypeError is how the decoder says that the bytes are not UTF-8.
    return `no UTF-8: ${JSON.stringify(Buffer.from(bytes).toString("latin1").slice(0, 80))}`;
  }
  const texts = /^[[{]/.test(text) ? textsOf(text) : [text];
  const wrong = texts.find((part) => INVISIBLE.test(part) || !part.isWellFormed());
  return wrong === undefined ? null : JSON.stringify(wrong.slice(0, 80));
}

/** All texts and keys of a JSON text, or the text itself where it is none. */
function textsOf(json: string): string[] {
  const texts: string[] = [];
  try {
    JSON.parse(json, (key, value) => {
      texts.push(key);
      if (typeof value === "string") texts.push(value);
      return value;
    });
    return texts;
  } catch {
    // A page may begin with a bracket and be no JSON.
    return [json];
  }
}

/** Files of the state folder that hold one of `secrets`: `file: secret`. */
export function filesWith(state: string, secrets: readonly string[], except: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of readdirSync(state, { recursive: true, encoding: "utf8" })) {
    const path = join(state, name);
    if (!statSync(path).isFile() || except.includes(basename(path))) continue;
    const content = readFileSync(path);
    for (const secret of secrets) if (content.includes(secret)) found.push(`${name}: ${secret}`);
  }
  return found;
}
