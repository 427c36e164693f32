import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../problem";
import { readOptions } from "./options";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "footfall-options-"));
  for (const state of [".footfall", "other"]) {
    mkdirSync(join(root, state));
    writeFileSync(join(root, state, "key"), `ff_${state}\n`);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const read = (args: string[], env: Record<string, string> = {}) => readOptions({ args, env, folder: "/logs", root });
const SITE = ["a.log", "--site", "demo"];

describe("readOptions", () => {
  it.each([
    [
      "the local server and key",
      SITE,
      {},
      { file: "/logs/a.log", site: "demo", url: "http://127.0.0.1:8787", key: "ff_.footfall" },
    ],
    ["an absolute file", ["--site=demo", "/var/a.log"], {}, { file: "/var/a.log" }],
    ["PORT", SITE, { PORT: "20001" }, { url: "http://127.0.0.1:20001" }],
    ["HOST", SITE, { HOST: "192.0.2.1" }, { url: "http://192.0.2.1:8787" }],
    ["everywhere", SITE, { HOST: "0.0.0.0" }, { url: "http://127.0.0.1:8787" }],
    ["IPv6", SITE, { HOST: "::1" }, { url: "http://[::1]:8787" }],
    ["FOOTFALL_STATE", SITE, { FOOTFALL_STATE: "other" }, { key: "ff_other" }],
    [
      "empty variables",
      SITE,
      { PORT: "", HOST: "", FOOTFALL_STATE: "" },
      { url: "http://127.0.0.1:8787", key: "ff_.footfall" },
    ],
    [
      "a server and key",
      [...SITE, "--url", "https://f.example.com/", "--key", "ff_x"],
      {},
      { url: "https://f.example.com", key: "ff_x" },
    ],
    ["the format", [...SITE, "--format", "combined"], {}, { site: "demo" }],
  ])("takes %s", (_, args, env, expected) => {
    expect(read(args, env)).toMatchObject(expected);
  });

  it("can help", () => {
    expect(read(["--help"])).toBe("help");
  });

  it.each([
    ["no file", ["--site", "demo"], {}, /Say which file/],
    ["no site", ["a.log"], {}, /Say which site/],
    ["two files", ["a.log", "b.log", "--site", "demo"], {}, /One file at a time: b\.log/],
    ["another format", [...SITE, "--format", "csv"], {}, /format csv is not known/],
    ["a word it does not know", [...SITE, "--fast"], {}, /--fast/],
    ["a site without a value", ["a.log", "--site"], {}, /--site/],
    ["no key", SITE, { FOOTFALL_STATE: "none" }, /There is no key in .*none/],
    ["no address", [...SITE, "--url", "footfall"], {}, /footfall is not the address/],
  ])("says what is wrong: %s", (_, args, env, message) => {
    expect(() => read(args, env)).toThrow(Problem);
    expect(() => read(args, env)).toThrow(message);
  });
});
