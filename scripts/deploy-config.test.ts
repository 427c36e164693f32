import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { databaseName, deployedUrl, missingPart, OPTIONAL_PARTS, withoutSection } from "./deploy-config";

test.each([
  ["Analytics Engine", "✘ [ERROR] You need to enable Analytics Engine. Head to the dashboard [code: 10089]"],
  ["R2", "✘ [ERROR] Please enable R2 through the Cloudflare Dashboard. [code: 10042]"],
  ["R2", "✘ [ERROR] R2 bucket: please enable R2 [code: 10136]"],
  [
    "More CPU time for a request",
    "✘ [ERROR] CPU limits are not supported for the Free plan. Switch to a paid plan to set CPU limits. [code: 100328]",
  ],
  [undefined, "✘ [ERROR] Authentication error [code: 10000]"],
  [undefined, "Uploaded 10089 bytes"],
])("%s is missing", (name, output) => {
  expect(missingPart(output)?.name).toBe(name);
});

test("a section goes with its lines and nothing else does", () => {
  const toml =
    'a = 1\n\n[[r2_buckets]]\nbinding = "X"\n\n[[r2_buckets]]\nbinding = "Y"\n\n[triggers]\ncrons = ["[[r2_buckets]]"]\n';
  expect(withoutSection(toml, "r2_buckets")).toBe('a = 1\n\n[triggers]\ncrons = ["[[r2_buckets]]"]\n');
});

test.each(OPTIONAL_PARTS.map(({ section }) => section))("wrangler.toml has %s, and can do without", (section) => {
  const toml = readFileSync("wrangler.toml", "utf8");
  const without = withoutSection(toml, section);
  expect(toml).toMatch(new RegExp(`^\\[{1,2}${section}\\]{1,2}$`, "m"));
  expect(without).not.toMatch(new RegExp(`^\\[{1,2}${section}`, "m"));
  expect(without).toContain("[[ratelimits]]");
  expect(without).toContain("[[d1_databases]]");
  expect(without).toContain("[triggers]");
});

test.each([
  [
    "Deployed footfall triggers (1.2 sec)\n  https://footfall.someone.workers.dev\n",
    "https://footfall.someone.workers.dev",
  ],
  ["Deployed\n  https://footfall.a.workers.dev\n  stats.example.com (custom domain)\n", "https://stats.example.com"],
  ["No targets deployed for footfall", null],
])("the address in %j is %s", (output, url) => {
  expect(deployedUrl(output)).toBe(url);
});

test("the database is known by its name, unless it has an id", () => {
  expect(databaseName(readFileSync("wrangler.toml", "utf8"))).toBe("footfall");
  const toml = '[[r2_buckets]]\nname = "a"\n\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "mine"\n';
  expect(databaseName(toml)).toBe("mine");
  expect(databaseName(`${toml}database_id = "0c1f"\n`)).toBeNull();
  expect(databaseName(`${toml}\n[other]\ndatabase_id = "0c1f"\n`)).toBe("mine");
});

test("the platform writes no line of its own for a request, and no query beside ours", () => {
  const toml = readFileSync("wrangler.toml", "utf8");
  const section = (name: string) => toml.split(/^(?=\[)/m).find((part) => part.startsWith(`[${name}]\n`));
  expect(section("observability")).toContain("\nredact_query_string = true\n");
  expect(section("observability.logs")).toContain("\nenabled = true\ninvocation_logs = false\n");
  expect(section("observability.traces")).toContain("\nenabled = false\n");
});
