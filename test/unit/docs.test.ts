import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

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

describe("the rules of protocol/SPEC.md", () => {
  /** By section, the numbers of its rules in their order. */
  const rules = new Map(
    readFileSync(join(ROOT, "protocol/SPEC.md"), "utf8")
      .split(/^## /m)
      .slice(1)
      .map((section) => [
        /^[A-Z]+/.exec(section)?.[0] ?? "",
        [...section.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number)),
      ]),
  );

  test.each([...rules])("%s are numbered one after another", (_name, numbers) => {
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test("each that a test names is there", () => {
    const named = files
      .filter((file) => /\.test\.tsx?$/.test(file))
      .flatMap((file) =>
        [...readFileSync(join(ROOT, file), "utf8").matchAll(/\b([A-Z]{4,})-(\d+)\b/g)]
          .filter(([, section = "", number]) => rules.has(section) && !rules.get(section)?.includes(Number(number)))
          .map(([rule]) => `${file}: ${rule}`),
      );
    expect(rules.get("COUNT")?.length).toBeGreaterThan(5);
    expect(named).toEqual([]);
  });
});
