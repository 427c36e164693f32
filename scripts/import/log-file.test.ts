import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../problem";
import { openLog } from "./log-file";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "footfall-log-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = Array.from({ length: 50_000 }, (_, i) => `line ${i * 7919}\n`).join("");

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function textOf(path: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of (await openLog(path)).bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe("openLog", () => {
  it.each([
    ["plain", "access.log", TEXT],
    ["gzip", "access.log.1.gz", gzipSync(TEXT)],
    ["gzip under another name", "old.log", gzipSync(TEXT)],
    ["two gzip files in one", "both.gz", Buffer.concat([gzipSync(TEXT.slice(0, 9_999)), gzipSync(TEXT.slice(9_999))])],
  ])("reads %s", async (_, name, bytes) => {
    expect(await textOf(file(name, bytes))).toBe(TEXT);
  });

  it("tells how far it is, in bytes on disk", async () => {
    const bytes = gzipSync(TEXT);
    const log = await openLog(file("position.gz", bytes));
    for await (const _ of log.bytes);
    expect([log.size, log.position()]).toEqual([bytes.length, bytes.length]);
  });

  it.each([
    ["no file", () => join(folder, "none.log"), /There is no file .*none\.log\./],
    ["a folder", () => folder, /is not a file/],
    ["a gzip cut short", () => file("cut.gz", gzipSync(TEXT).subarray(0, -100)), /ends in the middle/],
    ["a damaged gzip", () => file("bad.gz", gzipSync(TEXT).fill(0, 100, 5_000)), /damaged/],
  ])("says of %s what is wrong", async (_, path, message) => {
    const failure = await textOf(path()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect(String(failure)).toMatch(message);
  });

  it("reads an empty file", async () => {
    expect(await textOf(file("empty", ""))).toBe("");
  });
});
