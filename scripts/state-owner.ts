import { ChildProcess, execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import * as z from "zod";
import { Problem } from "./problem.ts";

/** One process as it was seen: a number alone may meanwhile be another program's. */
const SeenProcess = z.object({ pid: z.number().int().positive(), command: z.string().min(1) });
type SeenProcess = z.infer<typeof SeenProcess>;

const Owner = z.object({ server: SeenProcess, runtime: SeenProcess.nullable() });
type Owner = z.infer<typeof Owner>;

export interface Claim {
  /** For the `child_process` diagnostics channel: notes the runtime that was just started. */
  noteSpawn(message: unknown): void;
  release(): Promise<void>;
}

/**
 * Takes a state folder for this process. Ends a runtime that outlived a killed server of the same folder; throws a Problem
 * when a server is at work in it, or when the port is taken.
 */
export async function claimState(state: string, host: string, port: number): Promise<Claim> {
  const file = join(state, "server.json");
  const former = readOwner(file);
  if (former !== null && former.server.pid !== process.pid && isSame(former.server)) {
    throw new Problem(
      `Footfall is already running with the state folder ${state} (process ${former.server.pid}). Stop it first, or set FOOTFALL_STATE to another folder.`,
    );
  }
  if (former?.runtime && isSame(former.runtime)) await endProcess(former.runtime);
  if (port !== 0) await checkPort(host, port);

  const owner: Owner = { server: { pid: process.pid, command: commandOf(process.pid) || "node" }, runtime: null };
  const write = () => writeFileSync(file, JSON.stringify(owner));
  write();
  return {
    noteSpawn(message) {
      const child = childOf(message);
      // Published before the process exists; its number and program are known at "spawn".
      child?.once("spawn", () => {
        if (!child.spawnfile.includes("workerd") || child.pid === undefined) return;
        owner.runtime = { pid: child.pid, command: commandOf(child.pid) || "workerd" };
        write();
      });
    },
    async release() {
      rmSync(file, { force: true });
    },
  };
}

function readOwner(file: string): Owner | null {
  if (!existsSync(file)) return null;
  try {
    return Owner.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Cut short by a crash while it was written: nothing to learn from it.
    return null;
  }
}

function childOf(message: unknown): ChildProcess | null {
  if (typeof message !== "object" || message === null || !("process" in message)) return null;
  return message.process instanceof ChildProcess ? message.process : null;
}

function isSame(seen: SeenProcess): boolean {
  return commandOf(seen.pid) === seen.command;
}

/** The command line of a process, or "" when there is none or this system does not tell. */
function commandOf(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    if (process.platform === "win32") return "";
    return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).trim();
  } catch {
    // No such process.
    return "";
  }
}

async function endProcess(seen: SeenProcess): Promise<void> {
  process.kill(seen.pid, "SIGKILL");
  const deadline = Date.now() + 5_000;
  while (isSame(seen) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
}

function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => reject(portProblem(error, host, port)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function portProblem(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new Problem(
        `Port ${port} is in use by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
      );
    case "EACCES":
      return new Problem(`This user may not open port ${port}. Choose one above 1023: PORT=8787 npm start`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new Problem(`${host} is not an address of this machine. Set HOST to one that is, such as 127.0.0.1.`);
    default:
      return error;
  }
}
