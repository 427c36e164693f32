import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deploy } from "./deploy-flow";

const TOML =
  'name = "x"\n\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "footfall"\n\n[[r2_buckets]]\nbinding = "B"\n';
/** What a program may say besides. */
const WARNING = "▲ [WARNING] There is a newer version.\n";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-flow-"));
  await writeFile(join(folder, "wrangler.toml"), TOML);
  vi.spyOn(console, "log").mockReturnValue();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Deploys with a platform that answers so by the first words of what it is asked; resolves to those words in their order. */
async function deployWith(answers: Record<string, { code: number; output: string } | undefined>): Promise<string[]> {
  const asked: string[] = [];
  try {
    await deploy({
      config: join(folder, "wrangler.toml"),
      lite: join(folder, "lite.toml"),
      wrangler: async (args) => {
        const words = args.slice(0, args.findIndex((arg) => arg.startsWith("--")) >>> 0).join(" ");
        asked.push(words);
        return answers[words] ?? { code: 0, output: words === "secret list" ? '[{"name":"SETUP_TOKEN"}]' : "" };
      },
    });
  } catch (error) {
    asked.push(error instanceof Error ? error.message : String(error));
  }
  return asked;
}

const databases = (...names: string[]) => ({
  code: 0,
  output: `${WARNING}${JSON.stringify(
    names.map((name) => ({ uuid: "0c1f", name })),
    null,
    2,
  )}\n${WARNING}`,
});

test("an upgrade brings the database up to date before the Worker that needs it", async () => {
  expect(await deployWith({ "d1 list": databases("another", "footfall") })).toEqual([
    "whoami",
    "d1 list",
    "d1 migrations apply DB",
    "deploy",
    "secret list",
  ]);
});

test("the first deployment makes the database", async () => {
  for (const names of [[], ["footfall-2"]])
    expect(await deployWith({ "d1 list": databases(...names) })).toEqual([
      "whoami",
      "d1 list",
      "d1 create footfall",
      "d1 migrations apply DB",
      "deploy",
      "secret list",
    ]);
});

test("a database with an id is not looked for", async () => {
  await writeFile(join(folder, "wrangler.toml"), TOML.replace("database_name", 'database_id = "0c1f"\ndatabase_name'));
  expect(await deployWith({})).toEqual(["whoami", "d1 migrations apply DB", "deploy", "secret list"]);
});

test("the Worker stays as it is where the database could not be brought up to date", async () => {
  const failed = { code: 1, output: "no" };
  for (const step of ["d1 list", "d1 create footfall", "d1 migrations apply DB"]) {
    const asked = await deployWith({ "d1 list": databases(), [step]: failed });
    expect(asked.at(-2)).toBe(step);
    expect(asked.at(-1)).toMatch(/could not be/);
  }
  // Neither is a list that cannot be read an empty one.
  expect(await deployWith({ "d1 list": { code: 0, output: "Welcome!" } })).toEqual([
    "whoami",
    "d1 list",
    expect.stringMatching(/could not be listed/),
  ]);
});
