import { type Browser, type BrowserContext, chromium, type Page, type WebSocketRoute } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BeaconEvent, TrackRequest } from "../../protocol/beacon";
import { PING_TEXT } from "../../protocol/viewer-request";
import { findBrowser } from "../../scripts/browser";
import { bundleTracker } from "../../tracker/build";
import { PATIENCE } from "../support/patience.ts";
import { type Collector, startCollector } from "./fake-collector";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

type Said = Omit<TrackRequest, "events"> & { events: BeaconEvent[] };

/** A socket that the page opened: what it said, and how it ended. */
interface Line {
  url: URL;
  said: Said[];
  pings: number;
  closed: number | undefined;
  route: WebSocketRoute;
}

let browser: Browser;
let scripts: Map<string, string>;
let collector: Collector;
let context: BrowserContext;
let page: Page;
let thrown: string[];
let lines: Line[];
/** What a batch is answered with. */
let answer: (said: Said) => object | null;

beforeAll(async () => {
  scripts = await bundleTracker();
  browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: FLAGS,
    // The cache is part of what is tested.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
});
afterAll(() => browser.close());

beforeEach(async () => {
  collector = await startCollector(scripts);
  collector.site.attributes = 'data-site="demo" data-live="socket"';
  context = await browser.newContext();
  page = await context.newPage();
  thrown = [];
  page.on("pageerror", (error) => thrown.push(error.message));
  lines = [];
  answer = ({ events }) => ({ type: "ack", count: events.length });
});
afterEach(async () => {
  await context.close();
  await collector.stop();
  expect(thrown).toEqual([]);
  expect(collector.invalid).toEqual([]);
});

/** Takes the page's sockets. */
const takeSockets = () =>
  context.routeWebSocket(/\/api\/v1\/live/, (route) => {
    const line: Line = { url: new URL(route.url()), said: [], pings: 0, closed: undefined, route };
    lines.push(line);
    route.onMessage((message) => {
      if (message === PING_TEXT) {
        line.pings++;
        route.send('{"type":"pong"}');
        return;
      }
      const { type, ...said } = JSON.parse(String(message));
      expect(type).toBe("events");
      TrackRequest.parse(said);
      for (const event of said.events) BeaconEvent.parse(event);
      line.said.push(said);
      const reply = answer(said);
      if (reply) route.send(JSON.stringify(reply));
    });
    route.onClose((code) => {
      line.closed = code ?? 1005;
    });
  });

const until = async (what: string, holds: () => unknown) => {
  const deadline = performance.now() + PATIENCE;
  while (!holds()) {
    if (performance.now() > deadline) {
      const sockets = lines.map(({ said, pings, closed }) => JSON.stringify({ said, pings, closed }));
      throw new Error(`No ${what}. Sockets:\n${sockets.join("\n")}\nBeacons:\n${collector.report()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const open = (path = "/") => page.goto(collector.origin + path);
const call = (source: string) => page.evaluate(source);
const spoken = (line = lines.at(-1)) => line?.said.flatMap(({ events }) => events) ?? [];
const names = (events: BeaconEvent[]) => events.map(({ event_type, name }) => name ?? event_type);
/** Opened, and the first word said. */
const talking = (count = 1) => until(`socket ${count}`, () => lines.length >= count && spoken().length > 0);
const setHidden = (hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: value ? "hidden" : "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);
/** Everything that was counted, once each, as a collector would. */
const counted = () => {
  const events = new Map<string, string>();
  const bodies = [...lines.flatMap(({ said }) => said), ...collector.arrivals.map(({ body }) => body)];
  for (const { tab, events: list } of bodies) {
    for (const event of list) {
      if (event.seq !== undefined) events.set(`${tab} ${event.seq}`, event.name ?? event.event_type);
    }
  }
  return [...events.values()].sort();
};

describe("data-live=socket", () => {
  test("the load goes by beacon, all that follows over a socket of the same tab, and pings without a message", async () => {
    await page.clock.install();
    await takeSockets();
    await open("/a");
    await talking();
    const [first] = collector.arrivals;
    const [line] = lines as [Line];
    expect(Object.fromEntries(line.url.searchParams)).toEqual({ site: "demo", tab: first?.body.tab });
    await call(`footfall("one", { n: 1 }); history.pushState({}, "", "/b")`);
    await until("page view by socket", () => names(spoken()).includes("pageview"));
    expect(names(spoken())).toEqual(["ping", "one", "leave", "pageview"]);
    expect(line.said.at(-1)).toMatchObject({ tab: first?.body.tab, site: "demo", visible: true });
    expect(line.said.at(-1)).toMatchObject({ sent_at: expect.any(Number) });
    for (let pings = 1; pings <= 3; pings++) {
      await page.clock.runFor(30_000);
      await until(`ping ${pings}`, () => line.pings === pings);
    }
    expect(names(collector.events()), collector.report()).toEqual(["pageview"]);
    // The collector knows the window by now.
    await call(`footfall("two")`);
    await until("two", () => names(spoken()).includes("two"));
    expect(line.said.at(-1)?.context).toBeUndefined();
    expect(lines).toHaveLength(1);
  });

  test.each(['data-live="beacon"', ""])("%s opens none", async (attribute) => {
    collector.site.attributes = `data-site="demo" ${attribute}`;
    await takeSockets();
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(`footfall("one"); footfall.page()`);
    await until("second page view", () => collector.events("pageview").length === 2);
    expect(lines).toEqual([]);
  });

  test("data-api is another origin, and http becomes ws", async () => {
    collector.site.attributes += ` data-api="http://stats.invalid:81/x"`;
    await takeSockets();
    await open();
    await until("socket", () => lines.length > 0);
    expect(lines[0]?.url.href).toMatch(/^ws:\/\/stats\.invalid:81\/api\/v1\/live\?site=demo&tab=/);
  });
});

describe("without a socket beacons do", () => {
  test("one that cannot be opened: everything goes by beacon, and it is tried again ever more rarely", async () => {
    await page.clock.install();
    // The collector knows no upgrades.
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    let [opened, ended] = [0, 0];
    page.on("websocket", (socket) => {
      opened++;
      socket.on("close", () => ended++);
    });
    await call(`footfall("kept")`);
    await page.clock.runFor(5_100);
    expect((await collector.event("custom")).name).toBe("kept");
    const before = opened;
    for (let round = 0; round < 12; round++) {
      await page.clock.runFor(5_000);
      // The page waits again from when it knows that it failed.
      await until("end of each try", () => ended === opened);
    }
    expect(opened - before).toBeGreaterThanOrEqual(2);
    expect(opened - before).toBeLessThanOrEqual(6);
  });

  test("one that breaks: what was not acknowledged goes by beacon at once, and a new one is opened", async () => {
    await page.clock.install();
    await takeSockets();
    await open();
    await talking();
    answer = () => null;
    await call(`footfall("lost"); footfall("lost too")`);
    await until("both", () => spoken().length === 3);
    answer = ({ events }) => ({ type: "ack", count: events.length });
    await lines[0]?.route.close({ code: 1011 });
    await collector.event("custom", ({ name }) => name === "lost too");
    expect(collector.arrivals.at(-1)?.body.tab).toBe(collector.arrivals[0]?.body.tab);
    expect(collector.events("custom").map(({ name, seq }) => [name, seq])).toEqual([
      ["lost", 1],
      ["lost too", 2],
    ]);
    expect(lines).toHaveLength(1);
    await page.clock.runFor(2_100);
    await until("second socket", () => lines.length === 2);
    await call(`footfall("after")`);
    await until("event after", () => names(spoken()).includes("after"));
    expect(counted()).toEqual(["after", "lost", "lost too", "pageview"]);
  });

  test("one that breaks while nothing waits: a sign of life goes by beacon at once", async () => {
    await takeSockets();
    await open();
    await talking();
    await lines[0]?.route.close({ code: 1012 });
    await collector.event("ping");
  });

  test("one that answers nothing any more is given up after ten seconds", async () => {
    await page.clock.install();
    await takeSockets();
    await open();
    await talking();
    answer = () => null;
    await call(`footfall("silent")`);
    await until("silent", () => names(spoken()).includes("silent"));
    await page.clock.runFor(10_100);
    expect((await collector.event("custom")).name).toBe("silent");
    expect(lines[0]?.closed).toBeDefined();
    expect(counted()).toEqual(["pageview", "silent"]);
  });

  test.each([4401, 4403, 4409])("one closed with %i is not opened again", async (code) => {
    await page.clock.install();
    await takeSockets();
    await open();
    await talking();
    await lines[0]?.route.close({ code });
    await collector.event("ping");
    await page.clock.runFor(600_000);
    await page.waitForLoadState("networkidle");
    expect(lines).toHaveLength(1);
  });

  test.each([
    ["a browser without", "delete window.WebSocket"],
    [
      "a page that forbids",
      "window.WebSocket = class { constructor() { throw new DOMException('no', 'SecurityError'); } }",
    ],
  ])("%s sockets: nothing is thrown and everything is sent", async (_, script) => {
    collector.site.head = `<script>${script}</script>`;
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(`footfall("kept"); footfall.page()`);
    expect((await collector.event("custom")).name).toBe("kept");
    await setHidden(true);
    await until("both leaves", () => collector.events("leave").length === 2);
  });
});

describe("when the collector is busy", () => {
  test("the same events come again after the time it says", async () => {
    await page.clock.install();
    await takeSockets();
    await open();
    await talking();
    answer = () => ({ type: "error", code: "rate_limited", message: "", retry_after_ms: 2_000 });
    await call(`footfall("busy")`);
    await until("first try", () => names(spoken()).includes("busy"));
    answer = ({ events }) => ({ type: "ack", count: events.length });
    await page.clock.runFor(1_500);
    expect(names(spoken()).filter((name) => name === "busy")).toHaveLength(1);
    await page.clock.runFor(600);
    await until("second try", () => names(spoken()).filter((name) => name === "busy").length === 2);
    const tries = spoken().filter(({ name }) => name === "busy");
    expect(tries[0]).toEqual(tries[1]);
    expect(collector.events("custom")).toEqual([]);
  });

  test("what it refuses for good is not sent again", async () => {
    await page.clock.install();
    await takeSockets();
    await open();
    await talking();
    answer = () => ({ type: "error", code: "invalid", message: "" });
    await call(`footfall("bad")`);
    await until("bad", () => names(spoken()).includes("bad"));
    answer = ({ events }) => ({ type: "ack", count: events.length });
    await call(`footfall("good")`);
    await until("good", () => names(spoken()).includes("good"));
    await page.clock.runFor(20_000);
    expect(counted()).toEqual(["bad", "good", "pageview"]);
    expect(names(spoken()).filter((name) => name === "bad")).toHaveLength(1);
    expect(collector.events("custom")).toEqual([]);
  });
});

describe("the end of a visit", () => {
  test("hiding closes the socket, with the leave by beacon; coming back opens another", async () => {
    await takeSockets();
    await open();
    await talking();
    answer = () => null;
    await call(`footfall("unanswered")`);
    await until("unanswered", () => names(spoken()).includes("unanswered"));
    await setHidden(true);
    await collector.event("leave");
    await collector.event("custom");
    await until("close", () => lines[0]?.closed !== undefined);
    expect(lines[0]?.closed).toBe(1005);
    answer = ({ events }) => ({ type: "ack", count: events.length });
    await setHidden(false);
    await until("second socket", () => lines.length === 2);
    await call(`footfall("back")`);
    await until("word on it", () => names(spoken()).includes("back"));
    expect(counted()).toEqual(["back", "leave", "pageview", "unanswered"]);
  });

  test("leaving the page says goodbye, and the page comes back whole from the back/forward cache", async () => {
    collector.site.body = `<script>addEventListener("pageshow", (e) => e.persisted && footfall("restored"))</script>`;
    await takeSockets();
    await open("/a");
    await talking();
    await open("/b");
    await until("goodbye", () => lines[0]?.closed !== undefined);
    await collector.event("leave", ({ page_url }) => page_url.endsWith("/a"));
    await until("socket of the next page", () => lines.length === 2);
    // Playwright waits for a load, and there is none.
    await page.evaluate(() => setTimeout(() => history.back()));
    await until("page that was restored", () => counted().includes("restored"));
    await until("third socket", () => lines.length === 3);
    expect(lines[2]?.url.href).toBe(lines[0]?.url.href);
    expect(counted().filter((name) => name === "pageview")).toHaveLength(3);
  });
});

describe("who does not want it", () => {
  test.each([
    ["globalPrivacyControl", true],
    ["doNotTrack", "1"],
  ])("%s: no socket", async (property, value) => {
    await page.addInitScript(([name, set]) => Object.defineProperty(navigator, name as string, { value: set }), [
      property,
      value,
    ] as const);
    await takeSockets();
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(`footfall.page()`);
    await until("second page view", () => collector.events("pageview").length === 2);
    expect(lines).toEqual([]);
  });

  test("opting out closes it, opting in opens another", async () => {
    await takeSockets();
    await open();
    await talking();
    await call("footfall.optOut()");
    await until("close", () => lines[0]?.closed !== undefined);
    await call(`footfall("no"); footfall.page()`);
    await setHidden(true);
    await setHidden(false);
    expect(lines).toHaveLength(1);
    await call("footfall.optIn()");
    await until("second socket", () => lines.length === 2);
    await call(`footfall("yes")`);
    await until("word on it", () => names(spoken()).includes("yes"));
    expect(counted()).toEqual(["pageview", "pageview", "yes"]);
  });

  test("consent none closes it, and nothing that waited is sent", async () => {
    await takeSockets();
    await open();
    await talking();
    answer = () => null;
    await call(`footfall("waits")`);
    await call(`footfall.consent("none")`);
    await until("close", () => lines[0]?.closed !== undefined);
    await setHidden(true);
    await page.waitForLoadState("networkidle");
    expect(collector.events("custom")).toEqual([]);
  });

  test("a page that is not counted has none, and moving to one closes it", async () => {
    collector.site.attributes += ' data-exclude="/admin/*"';
    await takeSockets();
    await open("/admin/users");
    await page.waitForLoadState("networkidle");
    await call(`footfall("no")`);
    expect(lines).toEqual([]);
    await call(`history.pushState({}, "", "/shop")`);
    await until("socket", () => lines.length === 1);
    await call(`footfall("yes")`);
    await talking();
    await call(`history.pushState({}, "", "/admin/users")`);
    await until("close", () => lines[0]?.closed !== undefined);
    expect(lines).toHaveLength(1);
  });
});
