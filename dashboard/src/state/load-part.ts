/** Tries while the server cannot be reached, and the waits before them, milliseconds: as long as a restart takes. */
const WAITS = [500, 1_000, 2_000, 4_000];

/**
 * Why a part of the dashboard is missing. `away`: the server could not be reached. `newer`: it has another build, in which
 * this part has another name. `stuck`: the browser does not ask a second time for what failed once, which the HTML standard
 * demanded until 2026 (whatwg/html#10327).
 */
export class PartError extends Error {
  override readonly name = "PartError";
  readonly reason: "away" | "newer" | "stuck";

  constructor(reason: PartError["reason"], cause: unknown) {
    super(
      {
        away: "This part of the page could not be loaded: the server cannot be reached. It is tried again by itself.",
        newer: "The server was updated, and this page is of the version before. Nothing is lost. Reload it to go on.",
        stuck:
          "This part of the page could not be loaded when it was asked for. Nothing is lost. Reload the page to see it.",
      }[reason],
      { cause },
    );
    this.reason = reason;
  }
}

export interface LoadPartOptions {
  probe?: () => Promise<Probed>;
  wait?: (milliseconds: number) => Promise<unknown>;
}

/** Loads a part of the dashboard that comes in files of its own. Waits for a server that restarts. Throws a `PartError`. */
export async function loadPart<T>(
  load: () => Promise<T>,
  { probe = probeServer, wait = sleep }: LoadPartOptions = {},
): Promise<T> {
  let cause: unknown;
  try {
    return await load();
  } catch (error) {
    cause = error;
  }
  for (const milliseconds of [0, ...WAITS]) {
    if (milliseconds > 0) await wait(milliseconds);
    const found = await probe();
    if (found === "away") continue;
    if (found === "newer") throw new PartError("newer", cause);
    try {
      await mendStyles();
      return await load();
    } catch (error) {
      throw new PartError("stuck", error);
    }
  }
  throw new PartError("away", cause);
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

type Probed = "away" | "newer" | "same";

/** Whether the server answers, and with the build that this page is of: its start page names the script that runs here. */
async function probeServer(): Promise<Probed> {
  try {
    const response = await fetch("/", { cache: "no-store" });
    if (!response.ok) return "away";
    const own = document.querySelector('script[type="module"][src]')?.getAttribute("src");
    return own && !(await response.text()).includes(own) ? "newer" : "same";
  } catch {
    // A TypeError is how `fetch` says that nobody answers.
    return "away";
  }
}

/** Asks again for the styles that failed: Vite's loader adds each sheet once. Rejects if one fails again. */
async function mendStyles(): Promise<void> {
  const failed = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].filter(isEmpty);
  await Promise.all(
    failed.map((link) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const again = document.createElement("link");
      again.rel = "stylesheet";
      again.href = link.href;
      again.onload = () => resolve();
      again.onerror = () => reject(new Error(`${link.href} could not be loaded.`));
      link.replaceWith(again);
      return promise;
    }),
  );
}

/** Of a sheet that failed Chromium keeps one without rules, and refuses to show them. */
function isEmpty({ sheet }: HTMLLinkElement): boolean {
  try {
    return !sheet || sheet.cssRules.length === 0;
  } catch {
    return true;
  }
}
