import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../scripts/root.ts";
import { PATIENCE } from "./patience.ts";

export interface TestServer {
  /** Origin without a slash at its end. */
  url: string;
  /** Folder of objects, D1 and R2. */
  state: string;
  /** The address printed at this start; signs the owner in once. */
  signInLink: string;
  /** API key of the file `key`, scopes `ingest` and `read`. */
  key: string;
  email: string;
  password: string;
  /** All that it printed so far, standard error too. */
  logs(): string;
  /** Ctrl-C: resolves when every process is gone, with the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9` of the server and its runtime at once. */
  kill9(): Promise<void>;
  /** Starts again on the same state and port; the former run has to have ended. */
  restart(): Promise<TestServer>;
  /** Stops it if it runs, and removes the state folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StartOptions {
  /** Unset or 0: any free one. */
  port?: number;
  env?: Record<string, string>;
  /** Unset: a new temporary folder. */
  state?: string;
  /** What is run, seen from the repository; unset: scripts/start.ts. It says that it is ready in the same words. */
  script?: string;
}

const EMAIL = "owner@example.com";
const PASSWORD = "correct horse battery";

/** Runs the real scripts/start.ts in a process group of its own, and resolves once it says that it is ready. */
export async function startServer({
  port = 0,
  env = {},
  state,
  script = "scripts/start.ts",
}: StartOptions = {}): Promise<TestServer> {
  const folder = state ?? (await mkdtemp(join(tmpdir(), "footfall-test-")));
  const usedPort = port || (await freePort());
  const child = spawn(process.execPath, [join(ROOT, script)], {
    cwd: ROOT,
    detached: true,
    // The channel carries nothing; by its end the server knows that the test was killed, and stops.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      HOST: "127.0.0.1",
      PORT: String(usedPort),
      FOOTFALL_STATE: folder,
      FOOTFALL_OWNER_EMAIL: EMAIL,
      FOOTFALL_OWNER_PASSWORD: PASSWORD,
      ...env,
    },
  });
  child.channel?.unref();
  let printed = "";
  const exited = once(child, "exit");
  const ready = Promise.withResolvers<void>();
  const note = (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.includes("Ctrl-C stops.")) ready.resolve();
  };
  child.stdout?.on("data", note);
  child.stderr?.on("data", note);
  void exited.then(([code]) => ready.reject(new Error(`The server ended with code ${code}:\n${printed}`)));
  const timer = setTimeout(
    () => ready.reject(new Error(`The server was not ready after ${PATIENCE / 1000} s:\n${printed}`)),
    PATIENCE,
  );
  const killAtExit = () => signalGroup(child, "SIGKILL");
  process.once("exit", killAtExit);

  const end = async (signal: NodeJS.Signals) => {
    signalGroup(child, signal);
    const [code] = await exited;
    process.off("exit", killAtExit);
    return typeof code === "number" ? code : null;
  };
  try {
    await ready.promise;
  } catch (error) {
    await end("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }

  const signInLink = /\S+#signin=\S+/.exec(printed)?.[0] ?? "";
  return {
    url: new URL(signInLink).origin,
    state: folder,
    signInLink,
    key: (await readFile(join(folder, "key"), "utf8")).trim(),
    email: env.FOOTFALL_OWNER_EMAIL ?? EMAIL,
    password: env.FOOTFALL_OWNER_PASSWORD ?? PASSWORD,
    logs: () => printed,
    stop: () => end("SIGINT"),
    kill9: async () => {
      await end("SIGKILL");
    },
    restart: () => startServer({ port: usedPort, env, state: folder, script }),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the group is gone, which is what was asked for.
  }
}

/**
 * Lower than the ports that systems give out by themselves (Linux from 32,768 on, others from 49,152): nobody is given this
 * one before the server has it, or while the server is away.
 */
let nextPort = 15_000 + ((process.pid * 37) % 15_000);

/** A port that nobody listens on, and that this process was not given before. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
