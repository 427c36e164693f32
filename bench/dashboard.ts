import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { postBeacon, withKey } from "../test/support/api.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { startServer, type TestServer } from "../test/support/server.ts";
import type { Bench } from "./bench.ts";
import { type Figure, figureOf, percentileOf } from "./figures.ts";
import { recordTrace, scriptPerMessage, tasksOf } from "./trace.ts";

/** The live page under 10 frames a second, in milliseconds of its main thread. */
export interface DashboardTimes {
  /** How many times slower than this machine. */
  slowdown: number;
  frames_a_second: Figure;
  /** Script from one frame to the next, with what it called. */
  script_median: Figure;
  script_p95: Figure;
  /** The longest task, scripts and layout and paint together. */
  longest_task: Figure;
}

const SLOWDOWNS = [1, 4];
const BATCHES_A_SECOND = 20;
const EVENTS_A_BATCH = 5;
const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
];
const COUNTRIES = ["DE", "US", "JP", "BR", "IN", "FR", "NG", "AU"];
const PAGES = ["", "products/", "products/lantern/", "cart/", "checkout/", "app/"];

/** What a frame costs the live page, at this machine's speed and at a quarter of it. */
export async function measureDashboard({
  short,
  progress,
}: Pick<Bench, "short" | "progress">): Promise<DashboardTimes[]> {
  await using server = await startServer();
  const browser = await launchBrowser();
  const traffic = startTraffic(server);
  try {
    await traffic.begun;
    const page = await openLive(browser, server);
    const found: DashboardTimes[] = [];
    for (const slowdown of short ? [1] : SLOWDOWNS) {
      found.push(await measureAt(browser, page, server.url, slowdown, short ? 1 : 2, short ? 4 : 6, progress));
    }
    return found;
  } finally {
    await traffic.stop();
    await browser.close();
  }
}

async function openLive(browser: Browser, server: TestServer): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  await page.goto(server.signInLink);
  await page.waitForURL(/\/sites\/demo\//);
  await page.goto(`${server.url}/sites/demo/live`);
  await page.locator(".live-status", { hasText: "Live" }).waitFor();
  return page;
}

async function measureAt(
  browser: Browser,
  page: Page,
  url: string,
  slowdown: number,
  rounds: number,
  seconds: number,
  progress: Bench["progress"],
): Promise<DashboardTimes> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const found: Record<"frames" | "median" | "p95" | "longest", number[]> = {
    frames: [],
    median: [],
    p95: [],
    longest: [],
  };
  for (let round = 1; round <= rounds; round++) {
    progress(`the live page, ${slowdown} times slower: round ${round} of ${rounds}`);
    const events = await recordTrace(browser, page, () => page.waitForTimeout(seconds * 1_000));
    const tasks = tasksOf(events, url);
    const scripts = scriptPerMessage(events, tasks);
    found.frames.push(scripts.length / seconds);
    found.median.push(percentileOf(scripts, 0.5));
    found.p95.push(percentileOf(scripts, 0.95));
    found.longest.push(Math.max(...tasks.map(({ ms }) => ms)));
  }
  await session.detach();
  return {
    slowdown,
    frames_a_second: figureOf(found.frames),
    script_median: figureOf(found.median),
    script_p95: figureOf(found.p95),
    longest_task: figureOf(found.longest),
  };
}

/** Visitors that come, look at pages and go, often enough for a frame every 0.1 s. */
function startTraffic(server: TestServer): { begun: Promise<unknown>; stop(): Promise<void> } {
  let sent = 0;
  const begun = Promise.withResolvers<unknown>();
  const waiting = new Set<Promise<unknown>>();
  const send = () => {
    const events = Array.from({ length: EVENTS_A_BATCH }, (_, index) => ({
      seq: index,
      timestamp: Date.now(),
      event_type: index % 3 === 2 ? "click" : "pageview",
      page_url: `${server.url}/demo/${PAGES[(sent + index) % PAGES.length]}`,
    }));
    const beacon = {
      tab: randomUUID(),
      visible: true,
      country: COUNTRIES[sent % COUNTRIES.length],
      user_agent: AGENTS[sent % AGENTS.length],
      ip: `198.51.${(sent >> 8) % 256}.${sent % 256}`,
      events,
    };
    sent++;
    const request = postBeacon(server, beacon, withKey(server.key))
      // Where one is lost later on the frame rate tells it.
      .then(begun.resolve, begun.reject)
      .finally(() => waiting.delete(request));
    waiting.add(request);
  };
  const timer = setInterval(send, 1_000 / BATCHES_A_SECOND);
  return {
    begun: begun.promise,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(waiting);
    },
  };
}
