// Starts one of the scripts beside this file: `node scripts/run.mjs start`. Plain JavaScript, because it is what runs on a
// machine with Node 20 and nothing installed. It installs what the lock file names and hands over to the Node that came with it.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const BIN = join(MODULES, ".bin");
const LOCK = join(ROOT, "package-lock.json");
const STAMP = join(MODULES, ".footfall-lock");
/** First Node that runs TypeScript files without a flag. */
const NODE_NEEDED = [22, 18];

const [command = "", ...args] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(command) || !existsSync(join(ROOT, "scripts", `${command}.ts`))) {
  console.error(`There is no script "${command}". See "scripts" in package.json.`);
  process.exit(2);
}

const environment = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  NO_UPDATE_NOTIFIER: "1",
};
// On Windows the variable is spelled `Path`.
const pathName = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
const outerPath = (environment[pathName] ?? "")
  .split(delimiter)
  .filter((folder) => folder !== BIN)
  .join(delimiter);

const lock = createHash("sha256").update(readFileSync(LOCK)).digest("hex");
if (!isInstalled()) {
  console.log("Installing what Footfall needs (about a minute the first time) …");
  const started = Date.now();
  // Without node_modules/.bin on the path: the Node there is about to be replaced.
  const code = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    env: { ...environment, [pathName]: outerPath, npm_config_loglevel: "error", npm_config_update_notifier: "false" },
    shell: process.platform === "win32",
  });
  if (code !== 0) {
    console.error("Installing failed; the lines above say why. Is the package registry reachable?");
    process.exit(code);
  }
  writeFileSync(STAMP, lock);
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

const own = join(BIN, "node");
if (!existsSync(own) && !isNewEnough(process.versions.node)) {
  console.error(
    `Footfall needs Node ${NODE_NEEDED.join(".")} or newer on this system; this is ${process.versions.node}. Get one at https://nodejs.org.`,
  );
  process.exit(1);
}
const code = await run(
  existsSync(own) ? own : process.execPath,
  ["--disable-warning=ExperimentalWarning", join(ROOT, "scripts", `${command}.ts`), ...args],
  // The channel carries nothing. Its end tells the script that this process was killed.
  { env: { ...environment, [pathName]: BIN + delimiter + outerPath }, stdio: ["inherit", "inherit", "inherit", "ipc"] },
);
process.exit(code);

function isInstalled() {
  if (existsSync(STAMP)) return readFileSync(STAMP, "utf8") === lock;
  // npm's own record, written when an install is complete: somebody ran npm by hand.
  const record = join(MODULES, ".package-lock.json");
  if (!existsSync(record) || statSync(record).mtimeMs < statSync(LOCK).mtimeMs) return false;
  writeFileSync(STAMP, lock);
  return true;
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]);
}

/** Runs a program in the repository's folder, passes signals on, and resolves to its exit code. */
function run(program, programArgs, options) {
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, { cwd: ROOT, stdio: "inherit", ...options });
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    const forward = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    // npm is killed without a word to its children: the end of this process's parent is the only sign of it.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill("SIGTERM");
    }, 1000);
    const done = (status) => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, forward);
      resolve(status);
    };
    child.on("error", (error) => {
      console.error(`Cannot start ${program}: ${error.message}`);
      done(127);
    });
    child.on("exit", (status, signal) => done(status ?? 128 + (constants.signals[signal ?? "SIGTERM"] ?? 15)));
  });
}
