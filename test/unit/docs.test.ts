import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const IGNORED = /^(node_modules|dist|\.[a-z]+)(\/|$)/;
const find = (pattern: string) =>
  globSync(pattern, { cwd: ROOT, exclude: (path) => IGNORED.test(path) }).map((path) => path.replaceAll("\\", "/"));
const documents = find("**/*.md");
const files = find("**/*.{ts,tsx,mjs,sql,toml,js}");
const scripts: Record<string, unknown> = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts;

/** Whether a document may call a file or folder so: by its path, or the end of it. */
const isFile = (name: string) =>
  files.some((file) => (name.endsWith("/") ? `/${file}`.includes(`/${name}`) : `/${file}`.endsWith(`/${name}`)));

test("there are documents to look at", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/architecture.md", "protocol/SPEC.md"]));
});

test.each(documents)("%s: links, files and commands are there", (document) => {
  const text = readFileSync(join(ROOT, document), "utf8");
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found);
  const links = all(/\]\(([^)#]+)(?:#[^)]*)?\)/g).filter((to) => !/^[a-z]+:/.test(to));
  expect(links.filter((to) => !existsSync(join(ROOT, dirname(document), to)))).toEqual([]);
  const named = all(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g).filter((name) => /\.(ts|tsx|mjs|sql|toml)$|^[\w-]+\/$/.test(name));
  expect(named.filter((name) => !isFile(name))).toEqual([]);
  const commands = all(/npm run ([\w:-]+)/g);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});
