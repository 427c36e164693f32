import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { ROOT } from "./root.ts";

export interface ChildResult {
  code: number;
  /** Standard output and error; empty where they went straight to the terminal. */
  output: string;
}

export interface ChildOptions {
  /** What becomes of the output: shown (the default), kept for the caller, or both. */
  output?: "show" | "keep" | "both";
  /** Text for its standard input. */
  input?: string;
  env?: Record<string, string>;
}

const running = new Set<ChildProcess>();
const PATIENCE_MS = 5_000;

/** Runs a program of this project in a process group of its own, so that ending it ends what it started. */
export function runChild(program: string, args: string[], options: ChildOptions = {}): Promise<ChildResult> {
  const { output: mode = "show", input, env = {} } = options;
  const out = mode === "show" ? "inherit" : "pipe";
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      detached: process.platform !== "win32",
      shell: process.platform === "win32",
      stdio: [input === undefined ? "ignore" : "pipe", out, out],
      env: { ...process.env, ...env },
    });
    running.add(child);
    let output = "";
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (mode === "both") process.stdout.write(chunk);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.stdin?.end(input);
    child.on("error", reject);
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** On Ctrl-C, SIGTERM or the end of the parent: ends every child's group, then this process with code 130. */
export function endChildrenOnSignals(): void {
  const end = () => {
    for (const child of running) signalGroup(child, "SIGTERM");
    setTimeout(() => {
      for (const child of running) signalGroup(child, "SIGKILL");
      process.exit(130);
    }, PATIENCE_MS).unref();
    Promise.all([...running].map((child) => new Promise((resolve) => child.once("close", resolve)))).then(() =>
      process.exit(130),
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  process.on("disconnect", end);
  // Listening for the parent's end must not keep a script that has done its work.
  process.channel?.unref();
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch {
    // ESRCH: it is gone already.
  }
}
