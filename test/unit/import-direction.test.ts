import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Import, importsOf } from "../support/imports";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

interface Rule {
  /** Folder the files are in. */
  of: string;
  /** Files or folders of the project they may import besides their own folder. */
  may: string[];
  /** The same, where nothing of it is left after compiling. */
  mayTypes?: string[];
  /** Packages; absent: any. */
  packages?: string[];
}

/** The arrows between folders. The first rule whose folder a file is in is the one that holds for it. */
const RULES: Rule[] = [
  { of: "protocol", may: [], packages: ["zod"] },
  // The tracker is measured in bytes: of the protocol it takes numbers, and types, which weigh nothing.
  {
    of: "tracker",
    may: ["protocol/limits", "protocol/close-codes", "protocol/version", "protocol/event"],
    mayTypes: ["protocol"],
  },
  // Used alone by other programs: of the protocol what is plain text and numbers, and types, but no schemas.
  {
    of: "dashboard/live",
    may: ["limits", "version", "close-codes", "drop-reasons", "mark", "room-messages", "rooms"].map(
      (name) => `protocol/${name}`,
    ),
    mayTypes: ["protocol"],
    packages: ["partysocket/ws"],
  },
  { of: "dashboard", may: ["protocol"] },
  { of: "durable-objects/pure", may: ["protocol"], packages: [] },
  { of: "durable-objects/site/model", may: ["protocol", "durable-objects/pure"], packages: [] },
  { of: "durable-objects", may: ["protocol", "migrations/schema"], mayTypes: ["worker/env"] },
  {
    of: "worker",
    may: [
      "protocol",
      "migrations/schema",
      "durable-objects/pure",
      "durable-objects/site/model",
      "durable-objects/site/sinks",
      // The types under which the objects are called; nothing of the objects themselves.
      "durable-objects/site/stub",
      "durable-objects/org/stub",
      "durable-objects/leaf/stub",
    ],
    mayTypes: ["durable-objects"],
  },
  { of: "migrations", may: ["protocol"] },
];

/** The Worker's entry exports the object classes, as the platform asks. */
const ENTRY = "worker/index";
const ENTRY_MAY = /^durable-objects\/(site\/site-object|org\/org-object|leaf\/leaf-object)$/;

function isIn(path: string, places: string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}

/** Why `file` may not import this, or null. `file` and the rules are relative to the repository, without suffix. */
function violation(file: string, { from, typeOnly }: Import): string | null {
  const rule = RULES.find(({ of }) => isIn(file, [of]));
  if (rule === undefined) return null;
  if (!from.startsWith(".")) {
    const allowed = rule.packages === undefined || rule.packages.includes(from);
    return allowed ? null : `${file} imports the package ${from}`;
  }
  const target = posix.join(posix.dirname(file), from).replace(/\.tsx?$/, "");
  if (isIn(target, [rule.of, ...rule.may])) return null;
  if (typeOnly && isIn(target, rule.mayTypes ?? [])) return null;
  if (file === ENTRY && ENTRY_MAY.test(target)) return null;
  return `${file} imports ${target}`;
}

describe("imports go one way", () => {
  const files = globSync("{protocol,tracker,dashboard,durable-objects,worker,migrations}/**/*.{ts,tsx}", {
    cwd: ROOT,
    exclude: (name) => name === "node_modules",
  })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !/\.(test|fixture)\.tsx?$|\.d\.ts$|\/build\.ts$/.test(path));

  test.each(RULES.map(({ of }) => of))("%s", (folder) => {
    const own = files.filter((path) => isIn(path, [folder]));
    const found = own.flatMap((path) =>
      importsOf(readFileSync(join(ROOT, path), "utf8")).flatMap(
        (one) => violation(path.replace(/\.tsx?$/, ""), one) ?? [],
      ),
    );
    expect(found).toEqual([]);
  });

  test("there are files to look at", () => {
    expect(files.length).toBeGreaterThan(50);
  });
});

describe("the rules", () => {
  const value = (from: string): Import => ({ from, typeOnly: false });
  const type = (from: string): Import => ({ from, typeOnly: true });

  test.each<[string, Import, boolean]>([
    ["tracker/core", value("../protocol/limits"), true],
    ["tracker/core", type("../protocol/beacon"), true],
    ["tracker/core", value("../protocol/beacon"), false],
    ["tracker/core", value("../worker/env"), false],
    ["dashboard/src/App", value("../../protocol/frame"), true],
    ["dashboard/live/x", value("../src/x"), false],
    ["dashboard/live/x", value("../../protocol/viewer-request"), false],
    ["dashboard/live/x", type("../../protocol/viewer-request"), true],
    ["dashboard/live/x", value("solid-js"), false],
    ["dashboard/src/App", type("../../worker/env"), false],
    ["worker/index", value("../durable-objects/site/site-object"), true],
    ["worker/routes/x", value("../../durable-objects/site/site-object"), false],
    ["worker/routes/x", type("../../durable-objects/site/site-object"), true],
    ["worker/routes/x", value("../../durable-objects/site/model/session"), true],
    ["worker/routes/x", value("../../migrations/schema"), true],
    ["worker/routes/x", value("../../dashboard/src/x"), false],
    ["durable-objects/site/store", type("../../worker/env"), true],
    ["durable-objects/site/store", value("../../worker/env"), false],
    ["durable-objects/site/store", type("../../worker/enrich/device"), false],
    ["durable-objects/site/model/session", value("../store"), false],
    ["durable-objects/site/model/session", type("../store"), false],
    ["durable-objects/site/model/session", value("../../../protocol/event"), true],
    ["durable-objects/site/model/session", value("cloudflare:workers"), false],
    ["protocol/beacon", value("zod"), true],
    ["protocol/beacon", value("hono"), false],
    ["protocol/beacon", type("../worker/env"), false],
  ])("%s: %o", (file, one, allowed) => {
    expect(violation(file, one) === null).toBe(allowed);
  });
});

describe("importsOf", () => {
  test.each<[string, Import[]]>([
    ['import a from "x";', [{ from: "x", typeOnly: false }]],
    ['import * as z from "zod";', [{ from: "zod", typeOnly: false }]],
    ['import "x";', [{ from: "x", typeOnly: false }]],
    ['import type { A } from "x";', [{ from: "x", typeOnly: true }]],
    ['import { type A, type B } from "x";', [{ from: "x", typeOnly: true }]],
    ['import { type A, b } from "x";', [{ from: "x", typeOnly: false }]],
    ['import type from "x";', [{ from: "x", typeOnly: false }]],
    ["import {\n  a,\n  b,\n} from './x';", [{ from: "./x", typeOnly: false }]],
    ['export { a } from "x";', [{ from: "x", typeOnly: false }]],
    ['export * from "x";', [{ from: "x", typeOnly: false }]],
    ['export type { A } from "x";', [{ from: "x", typeOnly: true }]],
    ['const a = await import("x");', [{ from: "x", typeOnly: false }]],
    ['type A = typeof import("x");', [{ from: "x", typeOnly: true }]],
    ['// import a from "x";\n/* import "y"; */ const url = "http://z";', []],
    ['import a from "x";\nimport b from "y";', ["x", "y"].map((from) => ({ from, typeOnly: false }))],
    ['export const from = "x";', []],
  ])("%j", (source, found) => {
    expect(importsOf(source)).toEqual(found);
  });
});
