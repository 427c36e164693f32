import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { getJson, withKey } from "../support/api.ts";
import { launchBrowser } from "../support/browser.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** Headless Chromium names itself, and would be dropped as a bot. */
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** The promise is a second; a shared machine under test gets five. */
const SOON = 5_000;

let server: TestServer;
let browser: Browser;
let owner: BrowserContext;
let dashboard: Page;
let errors: string[];
/** Set to refuse the dashboard's sockets. */
let refuseSockets = false;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  owner = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await owner.routeWebSocket(/\/api\/realtime\/ws/, (socket) => {
    if (refuseSockets) socket.close({ code: 1011 });
    else {
      const upstream = socket.connectToServer();
      upstreams.push(() => {
        socket.close({ code: 1011 });
        upstream.close();
      });
    }
  });
  dashboard = await owner.newPage();
  errors = [];
  dashboard.on("pageerror", (error) => errors.push(String(error)));
  await dashboard.goto(server.signInLink);
  await dashboard.waitForURL(/\/sites\/demo\/setup/, { waitUntil: "commit" });
});

afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

const upstreams: (() => void)[] = [];

const visitors: BrowserContext[] = [];
/** Whoever a test that failed left behind is not counted in the next. */
afterEach(async () => {
  await Promise.all(visitors.splice(0).map((one) => one.close()));
});

async function visitor(name: string): Promise<BrowserContext> {
  const context = await browser.newContext({ userAgent: `${AGENT} ${name}` });
  visitors.push(context);
  return context;
}

/** Waits until the number named so shows `value`. */
async function shows(label: "now" | RegExp, value: string): Promise<void> {
  const number =
    label === "now"
      ? dashboard.locator(".now-number strong")
      : dashboard.locator(".figures > *").filter({ hasText: label }).locator(".num");
  try {
    await number.filter({ hasText: new RegExp(`^\\s*${value}\\s*$`) }).waitFor({ timeout: SOON });
  } catch {
    throw new Error(`${label} shows ${await number.allTextContents()}, not ${value}.`);
  }
}

async function status(text: string): Promise<void> {
  await dashboard.locator(".live-status", { hasText: text }).waitFor();
}

describe("a visit is on the dashboard within the second", () => {
  test("the first visit turns the set-up page into the live page; a second tab, and both leaves", async () => {
    const ann = await visitor("ann");
    const shop = await ann.newPage();
    await shop.goto(`${server.url}/demo/`);
    await dashboard.waitForURL(/\/sites\/demo\/live/, { waitUntil: "commit" });
    await status("Live");
    await shows("now", "1");
    await shows(/connection/, "1");
    await dashboard
      .locator(".feed, [aria-label*='feed' i], [aria-label*='happened' i]")
      .getByText("/demo/")
      .first()
      .waitFor({
        timeout: SOON,
      });

    const second = await ann.newPage();
    await second.goto(`${server.url}/demo/app/`);
    await shows("now", "1");
    await shows(/connection/, "2");

    const bob = await visitor("bob");
    const other = await bob.newPage();
    await other.goto(`${server.url}/demo/`);
    await shows("now", "2");
    await shows(/connection/, "3");

    await second.close();
    await shows(/connection/, "2");
    await shop.close();
    await shows("now", "1");
    await other.goto("about:blank");
    await shows("now", "0");
    await shows(/connection/, "0");
    await Promise.all([ann.close(), bob.close()]);
  });

  test("the time from the page's beacon to the screen is under a second, in the middle of ten", async () => {
    const cyn = await visitor("cyn");
    const shop = await cyn.newPage();
    await shop.goto(`${server.url}/demo/app/`);
    await shows("now", "1");
    const feed = dashboard.locator(".feed");
    const times: number[] = [];
    for (let i = 0; i < 10; i++) {
      const path = `/demo/app/probe-${i}`;
      const seen = feed.getByText(path).first().waitFor({ timeout: SOON });
      const begun = performance.now();
      await shop.evaluate((to) => history.pushState({}, "", to), path);
      await seen;
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    console.log(`beacon to screen, ms: ${times.map(Math.round).join(" ")}`);
    expect(times[5]).toBeLessThan(SOON);
    await shop.close();
    await shows("now", "0");
    await cyn.close();
  });
});

describe("a page with data-live=socket", () => {
  test("is here while its socket is open, sends over it, and is gone within the second", async () => {
    const gus = await visitor("gus");
    // Before the deferred script of the page looks at its own tag. A page that the test itself answered may open no local socket.
    await gus.addInitScript(() => {
      new MutationObserver(() => {
        const tag = document.querySelector<HTMLScriptElement>("script[data-site]");
        // Vitals are events too, and come when the browser knows them.
        if (tag) Object.assign(tag.dataset, { live: "socket", capture: "pageviews" });
      }).observe(document, { childList: true, subtree: true });
    });
    const shop = await gus.newPage();
    const opening = shop.waitForEvent("websocket");
    await shop.goto(`${server.url}/demo/`);
    const socket = await opening;
    const acks: string[] = [];
    socket.on("framereceived", ({ payload }) => acks.push(String(payload)));
    await shows("now", "1");
    await shows(/connection/, "1");
    const before = await eventsToday();
    await shop.evaluate(() => Reflect.get(window, "footfall")("by_socket"));
    await dashboard.locator(".feed").getByText("by_socket").first().waitFor({ timeout: SOON });
    expect(await eventsToday()).toBe(before + 1);
    await expect
      .poll(() => acks.map((text) => JSON.parse(text)), { timeout: SOON })
      .toContainEqual(expect.objectContaining({ type: "ack", count: 1 }));

    const begun = performance.now();
    await shop.close();
    await shows("now", "0");
    console.log(`close to screen, ms: ${Math.round(performance.now() - begun)}`);
    await gus.close();
  });
});

describe("the traffic page of the demo shop", () => {
  // What pages of other tests say as they go, as vitals, may come after their visitors have gone.
  let own: TestServer;
  beforeAll(async () => {
    own = await startServer();
  });
  afterAll(async () => {
    await own?.[Symbol.asyncDispose]();
  });

  test.each(["Socket", "Requests"])(
    "%s: what it says was acknowledged was counted, and after Stop all have gone",
    async (way) => {
      const hal = await visitor("hal");
      const page = await hal.newPage();
      // The page's own events would be counted among those of its visitors.
      await page.route("**/t.js", (route) => route.abort());
      await page.goto(`${own.url}/demo/traffic/`);
      const before = await eventsToday(own);
      const figure = async (id: string) => Number(await page.locator(`#${id}`).textContent());
      const reaches = (id: string, least: number) =>
        page.waitForFunction(
          ([name, value]) => Number(document.getElementById(`${name}`)?.textContent) >= Number(value),
          [id, least],
        );
      await page.getByText("20", { exact: true }).click();
      await page.getByText(way, { exact: true }).click();
      await page.getByRole("button", { name: "Start" }).click();
      await reaches("kept", 40);
      expect(await figure("visitors")).toBeGreaterThan(0);
      await page.getByRole("button", { name: "Stop" }).click();
      await page.waitForFunction(() => document.getElementById("waiting")?.textContent === "0");
      const kept = await figure("kept");
      expect(await figure("sent")).toBe(kept);
      expect(await figure("left")).toBe(0);
      expect(await eventsToday(own)).toBe(before + kept);
      await expect.poll(async () => (await detailed(own)).now, { timeout: SOON }).toBe(0);
      await hal.close();
    },
  );
});

describe("a part of the dashboard in a file of its own", () => {
  const SCRIPTS = /\/assets\/.*\.js$/;
  let live: string;

  beforeAll(async () => {
    const made = await owner.request.post(`${server.url}/api/sites`, {
      headers: { Origin: server.url },
      data: { name: "Parts", domains: ["parts.example"] },
    });
    const { data } = z.object({ data: z.object({ id: z.string() }) }).parse(await made.json());
    const event = { type: "pageview", page: "/", session_id: "one" };
    const sent = await owner.request.post(`${server.url}/api/events`, {
      headers: { Authorization: `Bearer ${server.key}` },
      data: { site: data.id, events: [event] },
    });
    expect(sent.status()).toBe(200);
    live = `${server.url}/sites/${data.id}/live`;
  });

  test("that is gone with a new build says so, and comes with a reload", async () => {
    const page = await owner.newPage();
    await page.route(/\/assets\/LiveCharts-/, (route) => route.abort());
    await page.route(`${server.url}/`, (route) =>
      route.fulfill({ contentType: "text/html", body: '<script type="module" src="/assets/index-newer.js"></script>' }),
    );
    await page.goto(live);
    const told = page.locator(".charts-space .notice");
    await told.getByText("The server was updated").waitFor();
    await page.unrouteAll();
    await told.getByRole("button", { name: "Reload the page" }).click();
    await page.locator(".charts canvas").first().waitFor();
    await page.close();
  });

  test("whose styles were lost while the server was away gets them when it is back", async () => {
    const page = await owner.newPage();
    let away = true;
    await page.route(/\/assets\/AlertsPage-.*\.css$/, (route) => (away ? route.abort() : route.continue()));
    await page.route(`${server.url}/`, (route) => {
      if (!away) return route.continue();
      away = false;
      return route.abort();
    });
    await page.goto(`${server.url}/sites/demo/alerts`);
    await page.locator(".rule-what").first().waitFor();
    expect(away).toBe(false);
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".rule-row")].every((row) => getComputedStyle(row).display === "grid"),
    );
    await page.close();
  });

  test("is there before it is needed, so that a restart or a new build takes nothing away", async () => {
    const page = await owner.newPage();
    await page.goto(live.replace(/live$/, "settings"));
    await page.waitForFunction(
      (names) => {
        const came = performance.getEntriesByType("resource").map(({ name }) => name);
        return names.every((part) => came.some((name) => name.includes(`/${part}-`) && name.endsWith(".js")));
      },
      ["LiveCharts", "OverviewPage", "AlertsPage", "SettingsPage", "SitesPage", "Palette"],
    );
    await page.route(SCRIPTS, (route) => route.abort());
    for (const name of ["Sites", "Settings", "Alerts", "Overview", "Live"]) {
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();
      await page.locator(".page h1, .live h1, .overview h1").first().waitFor();
    }
    await page.locator(".charts canvas").first().waitFor();
    await page.close();
  });
});

describe("a broken connection", () => {
  test("falls back to polling, keeps counting, and comes back without a reload", async () => {
    await dashboard.evaluate(() => Reflect.set(window, "notReloaded", true));
    refuseSockets = true;
    for (const cut of upstreams.splice(0)) cut();
    await status("Polling");
    const dan = await visitor("dan");
    const shop = await dan.newPage();
    await shop.goto(`${server.url}/demo/`);
    await shows("now", "1");
    refuseSockets = false;
    await status("Live");
    await shop.close();
    await shows("now", "0");
    await dan.close();
    expect(await dashboard.evaluate(() => Reflect.get(window, "notReloaded"))).toBe(true);
  });

  test("survives kill -9 of the server: whole again without a reload, with the numbers that were acknowledged", async () => {
    const eve = await visitor("eve");
    const shop = await eve.newPage();
    await shop.goto(`${server.url}/demo/`);
    await shows("now", "1");
    const today = await pageViewsToday();
    await server.kill9();
    server = await server.restart();
    await status("Live");
    await shows("now", "1");
    expect(await pageViewsToday()).toBe(today);
    await shop.reload();
    await shows("now", "1");
    expect(await pageViewsToday()).toBe(today + 1);
    expect(await dashboard.evaluate(() => Reflect.get(window, "notReloaded"))).toBe(true);
    await eve.close();
  });

  test("nothing was thrown on the dashboard all the while", () => {
    expect(errors).toEqual([]);
  });
});

const pageViewsToday = async () => (await detailed(server)).today.page_views;
const eventsToday = async (of = server) => (await detailed(of)).today.events;

async function detailed(of: TestServer) {
  const Reply = z.object({
    data: z.object({ now: z.number(), today: z.object({ page_views: z.number(), events: z.number() }) }),
  });
  const { data } = await getJson(of, "/api/analytics/detailed?site=demo", Reply, withKey(of.key));
  return data;
}
