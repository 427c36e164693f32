import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { Problem } from "./problem.ts";
import { ROOT } from "./root.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];

/**
 * The path of a Chromium-like browser: FOOTFALL_BROWSER, else one of this machine, else one that playwright keeps.
 * Installs one when there is none. Throws a Problem that says what to install when that fails.
 */
export async function findBrowser(): Promise<string> {
  const chosen = process.env.FOOTFALL_BROWSER;
  if (chosen) {
    if (isProgram(chosen)) return chosen;
    throw new Problem(`FOOTFALL_BROWSER is ${chosen}, which is not a program.`);
  }
  const present = installedBrowser();
  if (present !== null) return present;
  installBrowser();
  const installed = installedBrowser();
  if (installed !== null) return installed;
  throw new Problem(
    "The browser tests need Chrome, Chromium or Edge. Install one, or set FOOTFALL_BROWSER to its path.",
  );
}

function installedBrowser(): string | null {
  return candidates().find(isProgram) ?? null;
}

function candidates(): string[] {
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...usualPlaces(), ...onPath, ...playwrightBrowsers()];
}

function usualPlaces(): string[] {
  switch (process.platform) {
    case "darwin":
      return ["Google Chrome", "Chromium", "Microsoft Edge"].flatMap((name) =>
        ["/Applications", join(homedir(), "Applications")].map(
          (folder) => `${folder}/${name}.app/Contents/MacOS/${name}`,
        ),
      );
    case "win32":
      return [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, "Google", "Chrome", "Application", "chrome.exe"),
          join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
        ]);
    default:
      return NAMES.map((name) => `/usr/bin/${name}`);
  }
}

/** playwright's folder holds `chromium_headless_shell-1234/chrome-headless-shell-linux64/chrome-headless-shell` and the like. */
function playwrightBrowsers(): string[] {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    {
      darwin: join(homedir(), "Library", "Caches", "ms-playwright"),
      win32: join(process.env.LOCALAPPDATA ?? homedir(), "ms-playwright"),
    }[process.platform as string] ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ms-playwright");
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => name.startsWith("chromium"))
    .sort()
    .reverse()
    .flatMap((name) =>
      readdirSync(join(cache, name), { recursive: true, encoding: "utf8" })
        .filter((path) => /[\\/](chrome-headless-shell|headless_shell|chrome|Chromium)(\.exe)?$/.test(path))
        .map((path) => join(cache, name, path)),
    );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Missing, or not to be run by this user.
    return false;
  }
}

function installBrowser(): void {
  console.log("No Chrome, Chromium or Edge found: downloading a browser for the tests …");
  const cli = join(ROOT, "node_modules", "playwright-core", "cli.js");
  if (run(process.execPath, [cli, "install", "chromium-headless-shell"])) return;
  const isDebianRoot = process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!isDebianRoot) return;
  console.log("That did not work: installing Debian's chromium …");
  if (run("apt-get", ["update", "-q"])) run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"]);
}

function run(program: string, args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(program, args, { stdio: "ignore", env }).status === 0;
}
