import type { Browser } from "playwright-core";
import { signIn } from "../test/support/api.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { startServer, type TestServer } from "../test/support/server.ts";
import type { Bench } from "./bench.ts";
import { type Figure, figureOf } from "./figures.ts";
import { evaluations, recordTrace, tasksOf } from "./trace.ts";

/** A visit of three pages, in milliseconds of the page's main thread. */
export interface TrackerTimes {
  /** How many times slower than this machine. */
  slowdown: number;
  /** Evaluating `t.js`, on one page. */
  evaluation: Figure;
  /** All that the tracker's scripts did over the visit, with what they called. */
  script: Figure;
  /** The most that they did in one task. */
  longest: Figure;
  /** All work of the thread over the same visit, with the tracker and without it. */
  with_tracker: Figure;
  without_tracker: Figure;
}

const SLOWDOWNS = [1, 4];
const PAGES = ["", "products/", "products/lantern/"];
const SCROLLS = 6;
const TRACKER = /\/t(-\w+)?\.js$/;
const isTracker = (url: string) => TRACKER.test(url);

/** What the tracker costs a page of the demo shop, at this machine's speed and at a quarter of it. */
export async function measureTracker({ short, progress }: Pick<Bench, "short" | "progress">): Promise<TrackerTimes[]> {
  await using server = await startServer();
  await liftLimit(server);
  const browser = await launchBrowser();
  try {
    const found: TrackerTimes[] = [];
    for (const slowdown of short ? [1] : SLOWDOWNS)
      found.push(await measureAt(browser, server.url, slowdown, short ? 1 : 3, progress));
    return found;
  } finally {
    await browser.close();
  }
}

/** All visits come from one address. */
async function liftLimit(server: TestServer): Promise<void> {
  const response = await fetch(`${server.url}/api/sites/demo`, {
    method: "PATCH",
    headers: { "content-type": "application/json", origin: server.url, cookie: await signIn(server) },
    body: JSON.stringify({ rate_limit: 1_000_000 }),
  });
  if (!response.ok) throw new Error(`Lifting the rate limit: ${response.status} ${await response.text()}`);
}

async function measureAt(
  browser: Browser,
  url: string,
  slowdown: number,
  rounds: number,
  progress: Bench["progress"],
): Promise<TrackerTimes> {
  const visits: Record<"evaluation" | "script" | "longest" | "with_tracker" | "without_tracker", number[]> = {
    evaluation: [],
    script: [],
    longest: [],
    with_tracker: [],
    without_tracker: [],
  };
  // The first visit finds nothing cached and nothing compiled.
  await visit(browser, url, slowdown, true);
  for (let round = 1; round <= rounds; round++) {
    progress(`the tracker on a page, ${slowdown} times slower: visit ${round} of ${rounds}`);
    // Who goes first changes, so that neither always has the warmer machine.
    for (const tracked of round % 2 ? [true, false] : [false, true]) {
      const events = await visit(browser, url, slowdown, tracked);
      const tasks = tasksOf(events, url, isTracker);
      const all = sum(tasks.map(({ ms }) => ms));
      if (!tracked) visits.without_tracker.push(all);
      else {
        visits.with_tracker.push(all);
        visits.evaluation.push(figureOf(evaluations(events, (script) => script.endsWith("/t.js"))).median);
        visits.script.push(sum(tasks.map(({ script_ms }) => script_ms)));
        visits.longest.push(Math.max(...tasks.map(({ script_ms }) => script_ms)));
      }
    }
  }
  return {
    slowdown,
    evaluation: figureOf(visits.evaluation),
    script: figureOf(visits.script),
    longest: figureOf(visits.longest),
    with_tracker: figureOf(visits.with_tracker),
    without_tracker: figureOf(visits.without_tracker),
  };
}

/** Three pages, on each of them scrolling, a click and a custom event. */
async function visit(browser: Browser, url: string, slowdown: number, tracked: boolean) {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    // The counter's stream never ends, and is no part of the tracker.
    const urls = ["*/counter.js", ...(tracked ? [] : ["*/t.js"])];
    await session.send("Network.setBlockedURLs", { urls });
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    return await recordTrace(browser, page, async () => {
      for (const path of PAGES) {
        await page.goto(`${url}/demo/${path}`, { waitUntil: "networkidle" });
        for (let scroll = 0; scroll < SCROLLS; scroll++) {
          await page.mouse.wheel(0, 100);
          await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
        }
        await page.mouse.click(640, 400);
        // The page's own stub takes it where there is no tracker.
        await page.evaluate('footfall("bench", { n: 1 })');
      }
      await page.goto("about:blank");
    });
  } finally {
    await context.close();
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
