import { type ChildProcess, spawn } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimState } from "./state-owner";

let state: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "footfall-state-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(state, { recursive: true });
});

const file = () => join(state, "server.json");
const noted = () => JSON.parse(readFileSync(file(), "utf8"));

/** A process that waits until it is ended, and how the system shows it. */
async function idle(
  program = process.execPath,
): Promise<{ child: ChildProcess; seen: { pid: number; command: string } }> {
  const args = ["-e", "setInterval(() => {}, 1e6)"];
  const child = spawn(program, args, { stdio: "ignore" });
  children.push(child);
  await once(child, "spawn");
  return { child, seen: { pid: child.pid ?? 0, command: [program, ...args].join(" ") } };
}

test("a folder is claimed and given free again", async () => {
  const claim = await claimState(state, "127.0.0.1", 0);
  expect(noted()).toMatchObject({ server: { pid: process.pid }, runtime: null });
  await claim.release();
  expect(existsSync(file())).toBe(false);
});

test("a folder in which a server is at work is refused, and nothing is ended", async () => {
  const server = await idle();
  const runtime = await idle();
  writeFileSync(file(), JSON.stringify({ server: server.seen, runtime: runtime.seen }));
  await expect(claimState(state, "127.0.0.1", 0)).rejects.toThrow(`process ${server.seen.pid}`);
  expect([server.child.signalCode, runtime.child.signalCode]).toEqual([null, null]);
});

test("a runtime that outlived its server is ended", async () => {
  const { child, seen } = await idle();
  const ended = once(child, "exit");
  writeFileSync(file(), JSON.stringify({ server: { pid: 2 ** 22, command: "gone" }, runtime: seen }));
  await claimState(state, "127.0.0.1", 0);
  expect((await ended)[1]).toBe("SIGKILL");
});

test("another program that has the number now is left alone", async () => {
  const { child, seen } = await idle();
  const other = { pid: seen.pid, command: "workerd serve" };
  writeFileSync(file(), JSON.stringify({ server: other, runtime: other }));
  await claimState(state, "127.0.0.1", 0);
  expect(child.signalCode).toBe(null);
});

test("a note cut short by a crash is no hindrance", async () => {
  writeFileSync(file(), '{"server":{"pid":');
  await claimState(state, "127.0.0.1", 0);
  expect(noted()).toMatchObject({ runtime: null });
});

test("a port in use is told with a way out", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(claimState(state, "127.0.0.1", port)).rejects.toThrow(`Port ${port} is in use`);
  expect(existsSync(file())).toBe(false);
  other.close();
});

test("the runtime is noted when it starts, other programs are not", async () => {
  const claim = await claimState(state, "127.0.0.1", 0);
  const note = (message: unknown) => claim.noteSpawn(message);
  channel("child_process").subscribe(note);
  await idle();
  expect(noted().runtime).toBe(null);
  symlinkSync(process.execPath, join(state, "workerd"));
  const { seen } = await idle(join(state, "workerd"));
  channel("child_process").unsubscribe(note);
  expect(noted().runtime).toMatchObject({ pid: seen.pid });
});
