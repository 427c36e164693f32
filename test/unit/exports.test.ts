import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const FOLDERS = "bench,dashboard,demo,durable-objects,migrations,protocol,scripts,test,tracker,worker";
const EXPORT = /^export (?:async )?(function\*?|const|class|interface|type) (\w+)/gm;

/** By path, each file with its words; not this one, which names what nobody uses. */
const files = new Map(
  globSync(`{${FOLDERS}}/**/*.{ts,tsx}`, { cwd: ROOT, exclude: (path) => /node_modules|exports\.test/.test(path) }).map(
    (path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return [path, { text, words: new Set(text.match(/\w+/g)) }];
    },
  ),
);

/** What is exported and named in no other file; of types, which may stand in what is exported beside them, nowhere else at all. */
const unused = (path: string, text: string): string[] =>
  [...text.matchAll(EXPORT)].flatMap(([, kind = "", name = ""]) => {
    const elsewhere = [...files].some(([other, { words }]) => other !== path && words.has(name));
    const isType = kind === "interface" || kind === "type";
    const here = isType && (text.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0) > 1;
    return elsewhere || here ? [] : `${path}: ${name}`;
  });

test("nothing is exported that nobody uses", () => {
  expect(files.size).toBeGreaterThan(400);
  expect([...files].flatMap(([path, { text }]) => unused(path, text))).toEqual([]);
});

test("what is named nowhere else is found", () => {
  const text = "export const nobodyUses1 = 1;\nexport type NobodyUses2 = 1;\nexport type A1 = 1;\nexport type B1 = A1;";
  expect(unused("x.ts", text)).toEqual(["x.ts: nobodyUses1", "x.ts: NobodyUses2", "x.ts: B1"]);
});
