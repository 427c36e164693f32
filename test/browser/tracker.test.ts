import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TrackRequest } from "../../protocol/beacon";
import { findBrowser } from "../../scripts/browser";
import { bundleTracker } from "../../tracker/build";
import { type Collector, startCollector } from "./fake-collector";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let browser: Browser;
let scripts: Map<string, string>;
let collector: Collector;
let context: BrowserContext;
let page: Page;
let thrown: string[];

beforeAll(async () => {
  scripts = await bundleTracker();
  browser = await chromium.launch({ executablePath: await findBrowser(), args: FLAGS });
});
afterAll(() => browser.close());

beforeEach(async () => {
  collector = await startCollector(scripts);
  context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  page = await context.newPage();
  thrown = [];
  page.on("pageerror", (error) => thrown.push(error.message));
});
afterEach(async () => {
  await context.close();
  await collector.stop();
  expect(collector.invalid).toEqual([]);
});

const open = (path = "/") => page.goto(collector.origin + path);
/** Addresses of page views as a collector counts them: what comes again under its tab and seq is the same one. */
const views = () => {
  const seen = new Map<unknown, string>();
  for (const { body } of collector.arrivals) {
    for (const event of body.events.filter(({ event_type }) => event_type === "pageview")) {
      seen.set(body.tab ? `${body.tab} ${event.seq}` : event, event.page_url.slice(collector.origin.length));
    }
  }
  return [...seen.values()];
};
const viewed = (...paths: string[]) =>
  collector
    .waitFor(`page views ${paths}`, () => views().length >= paths.length && views())
    .then((seen) => expect(seen).toEqual(paths));

/** Chromium's headless pages are never hidden by themselves. */
const setHidden = (hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: value ? "hidden" : "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);

const call = (source: string) => page.evaluate(source);

/** Expects of what is read that it becomes so while the page's clock goes on by steps, milliseconds, between which answers come. */
const passing = <T>(step: number, read: () => T) =>
  expect.poll(
    async () => {
      await page.clock.runFor(step);
      return read();
    },
    { interval: 100 },
  );

/** The last thing of a test that expects nothing more: whatever was on its way before it has arrived when it has. */
const fence = async () => {
  await page.evaluate(async () => {
    await fetch("/api/v1/track", {
      method: "POST",
      body: '{"events":[{"event_type":"fence","timestamp":0,"page_url":"/"}]}',
    });
  });
  await collector.event("fence");
};

describe("page views", () => {
  test("a load is sent at once, with title, referrer, tab, seq and what the window is like", async () => {
    await context.addCookies([{ name: "login", value: "secret", url: collector.origin }]);
    await page.goto(`${collector.origin}/home?utm_source=x#part`, { referer: "https://search.example/" });
    await viewed("/home?utm_source=x");
    const [{ body, headers, method }] = collector.arrivals as [Collector["arrivals"][0]];
    expect(method).toBe("POST");
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    expect(headers.cookie).toBeUndefined();
    expect(body).toMatchObject({
      site: "demo",
      tab: expect.stringMatching(UUID),
      visible: true,
      sent_at: expect.any(Number),
    });
    expect(TrackRequest.parse(body).context).toEqual({
      screen_width: expect.any(Number),
      screen_height: expect.any(Number),
      viewport_width: 1000,
      viewport_height: 700,
    });
    expect(body.events).toEqual([
      {
        seq: 0,
        timestamp: expect.any(Number),
        event_type: "pageview",
        page_url: `${collector.origin}/home?utm_source=x`,
        title: "/home",
        referrer: "https://search.example/",
      },
    ]);
  });

  test("pushState, replaceState and popstate count when the path changed", async () => {
    await open("/a");
    await viewed("/a");
    await call(`history.pushState({}, "", "/b"); document.title = "B"`);
    await viewed("/a", "/b");
    expect(collector.events("pageview")[1]).toMatchObject({ title: "B", seq: 2 });
    await call(`history.replaceState({}, "", "/b?page=2"); history.pushState({}, "", "/b#top")`);
    await call(`history.replaceState({}, "", "/c")`);
    await viewed("/a", "/b", "/c");
    await call("history.back()");
    await viewed("/a", "/b", "/c", "/b?page=2");
    const tabs = new Set(collector.arrivals.map(({ body }) => body.tab));
    expect(tabs.size).toBe(1);
  });

  test("what the window is like is told until the collector knows it", async () => {
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(`history.pushState({}, "", "/next")`);
    await viewed("/", "/next");
    expect(collector.arrivals.at(-1)?.body.context).toBeUndefined();
  });

  test("a page that patches history afterwards still works, and so does ours", async () => {
    await open();
    await viewed("/");
    await call(`{
      const own = history.pushState;
      history.pushState = function (...args) { window.calls = (window.calls ?? 0) + 1; return own.apply(this, args); };
      history.pushState({ kept: 1 }, "", "/patched");
    }`);
    await viewed("/", "/patched");
    expect(await call("[window.calls, history.state.kept]")).toEqual([1, 1]);
  });

  test("hash routes count when asked for, and fragments otherwise do not", async () => {
    collector.site.attributes += " data-hash";
    await open("/app#/one");
    await call(`location.hash = "#/two"`);
    await viewed("/app#/one", "/app#/two");
    collector.site.attributes = 'data-site="demo"';
    await page.goto(`${collector.origin}/other#/one`);
    await call(`location.hash = "#/two"`);
    await call(`history.pushState({}, "", "/last")`);
    await viewed("/app#/one", "/app#/two", "/other", "/last");
  });

  test.each([
    ['data-exclude="/admin/*, /secret"', ["/admin/users", "/secret"], ["/", "/secret/not"]],
    ['data-include="/blog/*"', ["/", "/shop"], ["/blog/1"]],
    ['data-include="/blog/*" data-exclude="*/draft"', ["/blog/1/draft"], ["/blog/1"]],
  ])("%s", async (attributes, silent, counted) => {
    collector.site.attributes += ` ${attributes}`;
    for (const path of silent) {
      await open(path);
      await page.waitForLoadState("networkidle");
      await call(`footfall("nothing")`);
    }
    for (const path of counted) {
      await open(path);
      await collector.event("pageview", ({ page_url }) => page_url === collector.origin + path);
    }
    expect(views(), collector.report()).toEqual(counted);
    expect(collector.events("custom")).toEqual([]);
  });

  test("a page drawn ahead counts when it is seen", async () => {
    await page.addInitScript(() =>
      Object.defineProperty(document, "prerendering", { value: true, configurable: true }),
    );
    await open();
    await page.waitForLoadState("networkidle");
    await call(`footfall("early")`);
    await fence();
    expect(views()).toEqual([]);
    await page.evaluate(() => {
      Object.defineProperty(document, "prerendering", { value: false });
      document.dispatchEvent(new Event("prerenderingchange"));
    });
    await viewed("/");
    await setHidden(true);
    expect((await collector.event("custom")).name).toBe("early");
  });

  test("a page from the back/forward cache counts again, under the same tab", async () => {
    await open("/a");
    await viewed("/a");
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
    await viewed("/a", "/a");
    await collector.event("leave");
    expect(collector.events("leave")).toHaveLength(1);
    // The beacon with the leave and the page view after it travel apart.
    const [first, second] = collector.arrivals.filter(({ body }) => body.events[0]?.event_type === "pageview");
    expect(second?.body).toMatchObject({ visible: true, tab: first?.body.tab });
  });
});

describe("custom events and the global", () => {
  test("calls made before and after the load arrive in order, by the queue stub too", async () => {
    collector.site.head = `<script>window.footfall=window.footfall||function(){(footfall.q=footfall.q||[]).push(arguments)};footfall("before",{a:1})</script>`;
    await open();
    await viewed("/");
    await call(`footfall("after", { b: [2] })`);
    await setHidden(true);
    await collector.event("leave");
    expect(
      collector.events().map(({ event_type, name, event_data, seq }) => [event_type, name, event_data, seq]),
    ).toEqual([
      ["pageview", undefined, undefined, 0],
      ["custom", "before", { a: 1 }, 1],
      ["custom", "after", { b: [2] }, 2],
      ["leave", undefined, undefined, 3],
    ]);
  });

  test("a tag that stands twice counts once", async () => {
    collector.site.head = `<script defer src="/t.js" data-site="demo" data-capture="pageviews"></script>`;
    await open();
    await viewed("/");
    await setHidden(true);
    await collector.event("leave");
    expect(views()).toEqual(["/"]);
    expect(collector.events("leave")).toHaveLength(1);
  });

  test("what cannot be written costs only itself, and nothing is thrown into the page", async () => {
    await open();
    await call(
      `{ const ring = {}; ring.ring = ring; footfall("ring", ring); footfall("big", 1n); footfall(); footfall("good"); }`,
    );
    await setHidden(true);
    await collector.event("custom", ({ name }) => name === "good");
    expect(thrown).toEqual([]);
  });

  test("footfall.page() is a page view", async () => {
    await open();
    await viewed("/");
    await call("footfall.page()");
    await viewed("/", "/");
  });

  test("nothing is stored and no cookie is set", async () => {
    await open();
    await viewed("/");
    await call(`footfall("x"); footfall.identify("u1", { plan: "pro" })`);
    await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/t-rules.js`).length > 0);
    await setHidden(true);
    await collector.event("leave");
    expect(await call("[localStorage.length, sessionStorage.length, document.cookie]")).toEqual([0, 0, ""]);
    expect(JSON.stringify(collector.arrivals)).not.toContain("u1");
  });

  test("the first choice is no page view", async () => {
    await open();
    await viewed("/");
    await call(`footfall.identify("u1")`);
    await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/t-rules.js`).length > 0);
    await page.waitForLoadState("networkidle");
    await setHidden(true);
    await collector.event("custom");
    expect(views(), collector.report()).toEqual(["/"]);
    expect(collector.events("leave")).toHaveLength(1);
  });

  test("works without crypto.randomUUID, which pages without TLS do not have", async () => {
    await page.addInitScript(() => Reflect.deleteProperty(Crypto.prototype, "randomUUID"));
    await open();
    await viewed("/");
    expect(collector.arrivals[0]?.body.tab).toMatch(UUID);
    expect(thrown).toEqual([]);
  });
});

describe("the end of a page view", () => {
  test("tells engaged time and scroll depth, and adds up over hiding and coming back", async () => {
    await page.clock.install();
    collector.site.body = `<div style="height:2800px"></div>`;
    await open();
    await viewed("/");
    await page.clock.runFor(3_000);
    await page.evaluate(() => scrollTo(0, 700));
    await page.waitForFunction(() => scrollY === 700);
    await setHidden(true);
    const first = await collector.event("leave");
    expect(first.engaged_ms).toBeGreaterThanOrEqual(3_000);
    expect(first.engaged_ms).toBeLessThan(30_000);
    expect(first.scroll_depth).toBeGreaterThanOrEqual(49);
    expect(first.scroll_depth).toBeLessThanOrEqual(51);
    expect(collector.arrivals.at(-1)?.body.visible).toBe(false);
    await page.clock.runFor(60_000);
    await setHidden(false);
    await collector.event("ping");
    expect(collector.arrivals.at(-1)?.body.visible).toBe(true);
    await page.clock.runFor(1_000);
    await setHidden(true);
    const [, second] = await collector.waitFor(
      "second leave",
      () => collector.events("leave").length > 1 && collector.events("leave"),
    );
    expect(second?.engaged_ms).toBeGreaterThanOrEqual(1_000);
    // The minute in which it was hidden is none of it.
    expect(second?.engaged_ms).toBeLessThan(60_000);
  });

  test("counts engaged time from the start, also where the script comes after the load", async () => {
    await page.clock.install();
    collector.site.attributes = 'data-unused src="/nothing.js"';
    await open();
    await page.waitForLoadState();
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.src = "/t.js";
      script.dataset.site = "demo";
      document.head.append(script);
    });
    await viewed("/");
    await page.clock.runFor(3_000);
    await setHidden(true);
    expect((await collector.event("leave")).engaged_ms).toBeGreaterThanOrEqual(3_000);
  });

  test("time without the focus is not engaged time", async () => {
    await page.clock.install();
    await open();
    await viewed("/");
    await page.evaluate(() => {
      document.hasFocus = () => false;
      dispatchEvent(new Event("blur"));
    });
    await page.clock.runFor(20_000);
    await setHidden(true);
    expect((await collector.event("leave")).engaged_ms).toBeLessThan(20_000);
  });

  test("comes with a change of the path, of the page that was left", async () => {
    await open("/a");
    await viewed("/a");
    await call(`history.pushState({}, "", "/b")`);
    const leave = await collector.event("leave");
    expect(leave.page_url).toBe(`${collector.origin}/a`);
  });

  test("comes once when the page is really left, as no sign of life", async () => {
    await open("/a");
    await viewed("/a");
    await open("/b");
    await viewed("/a", "/b");
    await collector.event("leave");
    expect(collector.events("leave").map(({ page_url }) => page_url)).toEqual([`${collector.origin}/a`]);
    const leaving = collector.arrivals.find(({ body }) => body.events.some(({ event_type }) => event_type === "leave"));
    expect(leaving?.body.visible).toBe(false);
  });
});

describe("signs of life", () => {
  test("every 30 s while visible, never while hidden, without seq", async () => {
    await page.clock.install();
    await open();
    await viewed("/");
    await page.clock.runFor(31_000);
    const ping = await collector.event("ping");
    expect(ping.seq).toBeUndefined();
    await page.clock.runFor(30_000);
    await collector.waitFor("second ping", () => collector.events("ping").length === 2);
    await setHidden(true);
    await collector.event("leave");
    await page.clock.runFor(120_000);
    await fence();
    expect(collector.events("ping"), collector.report()).toHaveLength(2);
    await setHidden(false);
    await collector.waitFor("ping on return", () => collector.events("ping").length === 3);
  });
});

describe("sending", () => {
  test("other events wait 5 s, or for the 50th", async () => {
    await page.clock.install();
    await open();
    await viewed("/");
    await call(`footfall("one")`);
    await fence();
    expect(collector.events("custom")).toEqual([]);
    await page.clock.runFor(5_100);
    await collector.event("custom");
    await call(`for (let n = 0; n < 50; n++) footfall("many", { n })`);
    await collector.waitFor("50 events in one batch", () =>
      collector.arrivals.some(({ body }) => body.events.length === 50),
    );
  });

  test.each<[string, Parameters<Collector["answerAll"]>[0]]>([
    ["503", { status: 503 }],
    ["429", { status: 429 }],
    ["408", { status: 408 }],
    ["no answer", "drop"],
  ])("after %s the same events go again, with the same tab and seq", async (_name, answer) => {
    await page.clock.install();
    collector.answerAll(answer);
    await open();
    await collector.event("pageview");
    // Until the page has its answer: what is made now goes along with the second try.
    await page.waitForLoadState("networkidle");
    await call(`footfall("kept")`);
    // Signs of life go on meanwhile, in requests of their own.
    const tries = () =>
      collector.arrivals.filter(({ body }) => body.events.some(({ event_type }) => event_type === "pageview"));
    await passing(5_000, () => tries().length).toBeGreaterThanOrEqual(2);
    collector.answerAll({ status: 201 });
    await passing(5_000, () => tries().some(({ taken }) => taken)).toBe(true);
    const taken = tries().find((one) => one.taken);
    for (const { body } of tries()) expect(body.tab).toBe(taken?.body.tab);
    expect(taken?.body.context).toBeDefined();
    expect(taken?.body.events.slice(0, 2).map(({ event_type, seq }) => [event_type, seq])).toEqual([
      ["pageview", 0],
      ["custom", 1],
    ]);
  });

  test("a refused batch is not sent again", async () => {
    await page.clock.install();
    collector.answers.push({ status: 400 });
    await open();
    await collector.event("pageview");
    await page.clock.runFor(29_000);
    await fence();
    expect(collector.events("pageview"), collector.report()).toHaveLength(1);
  });

  test("Retry-After is waited for", async () => {
    await page.clock.install();
    collector.answers.push({ status: 429, headers: { "Retry-After": "120" } });
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await page.clock.runFor(100_000);
    await call(`history.pushState({}, "", "/b")`);
    await fence();
    expect(collector.events("pageview"), collector.report()).toHaveLength(1);
    await page.clock.runFor(30_000);
    await viewed("/", "/b");
  });

  test("at most 60 KB are on their way", async () => {
    await page.clock.install();
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    await open();
    await viewed("/");
    collector.answerAll({ status: 201, after });
    await call(`for (let n = 0; n < 20; n++) footfall("big", { n, text: "x".repeat(9_000) })`);
    const heavy = () => collector.arrivals.filter(({ body }) => body.events.some(({ name }) => name === "big"));
    await page.clock.runFor(11_000);
    await collector.waitFor("first batch", () => heavy().length > 0);
    await page.clock.runFor(20_000);
    await setHidden(true);
    const inFlight = heavy().reduce((sum, { bytes }) => sum + bytes, 0);
    expect(inFlight).toBeGreaterThan(30_000);
    expect(inFlight).toBeLessThanOrEqual(60_000);
    await setHidden(false);
    release();
    collector.answerAll({ status: 201 });
    await passing(5_100, () => new Set(collector.events("custom").map(({ seq }) => seq)).size).toBe(20);
  });

  test("on hiding all that waits goes out, in as many beacons as it takes", async () => {
    await page.clock.install();
    collector.answerAll({ status: 503, headers: { "Retry-After": "60" } });
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(`for (let n = 0; n < 120; n++) footfall("many", { n })`);
    await setHidden(true);
    const beacons = await collector.waitFor(
      "three beacons",
      () => collector.arrivals.length > 3 && collector.arrivals.slice(1),
    );
    expect(beacons.map(({ body }) => body.events.length).sort()).toEqual([22, 50, 50]);
    expect(new Set(collector.events().map(({ seq }) => seq)).size).toBe(122);
  });

  test("beacons stay within 60 KB together, and what is over goes out later", async () => {
    await page.clock.install();
    await open();
    await viewed("/");
    await page.waitForLoadState("networkidle");
    await call(`for (let n = 0; n < 8; n++) footfall("large", { n, text: "x".repeat(11_000) })`);
    await setHidden(true);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide")));
    await fence();
    const beacons = collector.arrivals.filter(({ body }) => body.events.some(({ name }) => name === "large"));
    expect(beacons.length).toBeGreaterThan(1);
    expect(beacons.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(60_000);
    await passing(5_100, () => collector.events("custom").length).toBe(8);
  });

  test("no more than 500 events are kept while the collector fails", async () => {
    await page.clock.install();
    collector.answerAll({ status: 503 });
    await open();
    await collector.event("pageview");
    // The page knows that it fails, and has nothing on its way that would come back.
    await page.waitForLoadState("networkidle");
    await call(`for (let n = 0; n < 700; n++) footfall("many", { n })`);
    collector.answerAll({ status: 201 });
    const distinct = () =>
      new Set(collector.arrivals.filter(({ taken }) => taken).flatMap(({ body }) => body.events.map(({ seq }) => seq)));
    for (let round = 0; round < 30 && distinct().size < 500; round++) {
      await page.clock.runFor(15_000);
      await fence();
    }
    distinct().delete(undefined);
    const kept = [...distinct()].filter((seq) => seq !== undefined);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept.length).toBeGreaterThanOrEqual(450);
  });

  test("data-api is another origin, reached without a preflight", async () => {
    const other = await startCollector(scripts);
    collector.site.attributes += ` data-api="${other.origin}"`;
    await open();
    await other.event("pageview");
    expect(other.requested).toEqual(["POST /api/v1/track"]);
    expect(collector.events()).toEqual([]);
    await other.stop();
  });
});

describe("privacy", () => {
  test.each([
    ["globalPrivacyControl", true],
    ["doNotTrack", "1"],
  ])("%s: page views alone, without any id", async (property, value) => {
    await page.addInitScript(([name, set]) => Object.defineProperty(navigator, name as string, { value: set }), [
      property,
      value,
    ] as const);
    collector.site.attributes = 'data-site="demo" data-identity="persistent" data-consent="given"';
    await page.clock.install();
    collector.answers.push({ status: 503 });
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(`footfall("no"); footfall.identify("me"); footfall.consent("persistent")`);
    await page.clock.runFor(65_000);
    await collector.waitFor("second try", () => collector.arrivals.length > 1);
    await call(`history.pushState({}, "", "/b")`);
    await viewed("/", "/", "/b");
    await setHidden(true);
    await fence();
    const bodies = collector.arrivals.map(({ body }) => body).filter(({ events }) => events[0]?.event_type !== "fence");
    for (const body of bodies) {
      expect(Object.keys(body).sort()).toEqual(["dnt", "events", "site"]);
      expect(body.events).toHaveLength(1);
      expect(
        Object.keys(body.events[0] ?? {})
          .sort()
          .filter((key) => key !== "referrer"),
      ).toEqual(["event_type", "page_url", "timestamp", "title"]);
    }
    expect(bodies[0]).toEqual(bodies[1]);
    expect(await call("localStorage.length")).toBe(0);
  });

  test("nothing happens before the part that knows the rules came, whatever else came earlier", async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    collector.site.attributes = 'data-site="demo"';
    collector.site.body = '<a id="out" href="https://example.com/" onclick="return false">out</a>';
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/t-rules.js", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(collector.origin, { waitUntil: "commit" });
    await page.waitForFunction(() => "page" in (Reflect.get(window, "footfall") ?? {}));
    await page.click("#out");
    await setHidden(true);
    await setHidden(false);
    await call(`footfall("no"); dispatchEvent(new ErrorEvent("error", { message: "no" }))`);
    await fence();
    expect(collector.events(), collector.report()).toHaveLength(1);
    release();
    await viewed("/");
    await setHidden(true);
    await fence();
    expect(collector.events("pageview")).toHaveLength(1);
    expect(collector.events().filter(({ event_type }) => !/fence|pageview/.test(event_type))).toEqual([]);
  });

  test.each([
    ["globalPrivacyControl", true],
    ["doNotTrack", "1"],
  ])('%s with data-dnt="ignore": everything as usual, and the body says so', async (property, value) => {
    await page.addInitScript(([name, set]) => Object.defineProperty(navigator, name as string, { value: set }), [
      property,
      value,
    ] as const);
    collector.site.attributes += ' data-dnt="ignore"';
    await open();
    await viewed("/");
    await call(`footfall("counted")`);
    await setHidden(true);
    await collector.event("custom");
    for (const { body } of collector.arrivals)
      expect(body).toMatchObject({ dnt: false, tab: expect.stringMatching(UUID) });
  });

  test("without a signal the body says nothing of it", async () => {
    collector.site.attributes += ' data-dnt="ignore" data-identity="persistent"';
    await open();
    await viewed("/");
    expect(collector.arrivals[0]?.body).not.toHaveProperty("dnt");
  });

  test('what an earlier page left goes out with data-dnt="ignore" too', async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    collector.site.attributes += ' data-dnt="ignore" data-identity="persistent" data-consent="given"';
    collector.answerAll({ status: 503 });
    await open("/a");
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    collector.answerAll({ status: 201 });
    const tab = collector.arrivals[0]?.body.tab;
    await open("/b");
    const late = await collector.waitFor("the events of the first page", () =>
      collector.arrivals.find(({ body }) => body.tab === tab && body.visitor && body.context === undefined),
    );
    expect(late.body.dnt).toBe(false);
  });

  test("who opts out is left out, also after a reload, until opting in", async () => {
    await open("/a");
    await viewed("/a");
    await call("footfall.optOut()");
    await page.waitForFunction(() => localStorage.getItem("footfall_ignore") === "1");
    await open("/b");
    await page.waitForLoadState("networkidle");
    await call("footfall.page()");
    await fence();
    expect(views()).toEqual(["/a"]);
    await call("footfall.optIn()");
    await viewed("/a", "/b");
    expect(await call("localStorage.length")).toBe(0);
  });

  test("consent none stops everything", async () => {
    await open("/a");
    await viewed("/a");
    await call(`footfall.consent("none")`);
    await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/t-rules.js`).length > 0);
    await page.waitForLoadState("networkidle");
    await call(`footfall("no"); history.pushState({}, "", "/b")`);
    await setHidden(true);
    await fence();
    expect(collector.events().filter(({ event_type }) => event_type !== "fence")).toHaveLength(1);
  });

  test("persistent identity begins with consent, lasts over pages, and ends with daily", async () => {
    collector.site.attributes += ' data-identity="persistent"';
    await open("/a");
    await viewed("/a");
    expect(collector.arrivals[0]?.body.visitor).toBeUndefined();
    expect(await call("localStorage.length")).toBe(0);
    await call(`footfall.consent("persistent"); footfall.identify("u1", { plan: "pro" }); footfall.page()`);
    await viewed("/a", "/a");
    const visitor = collector.arrivals.at(-1)?.body.visitor;
    expect(visitor).toMatch(UUID);
    expect(collector.arrivals.at(-1)?.body.user_id).toBe("u1");
    expect(collector.events("custom")[0]).toMatchObject({ name: "identify", event_data: { plan: "pro" } });
    await open("/b");
    await collector.event("pageview", ({ page_url }) => page_url.endsWith("/b"));
    expect(collector.arrivals.at(-1)?.body.visitor).toBe(visitor);
    await call(`footfall.consent("daily"); footfall.page()`);
    await collector.waitFor("second view of /b", () => views().filter((path) => path === "/b").length === 2);
    expect(collector.arrivals.at(-1)?.body.visitor).toBeUndefined();
    expect(await call("localStorage.length")).toBe(0);
  });

  test("with consent, what could not be sent goes out from the next page, under its own tab", async () => {
    collector.site.attributes += ' data-identity="persistent" data-consent="given"';
    collector.answerAll({ status: 503 });
    await open("/a");
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    const tab = collector.arrivals[0]?.body.tab;
    await call(`footfall("offline")`);
    await open("/b");
    await collector.event("pageview", ({ page_url }) => page_url.endsWith("/b"));
    collector.answerAll({ status: 201 });
    await open("/c");
    const late = await collector.waitFor("the events of the first page", () =>
      collector.arrivals.find(({ body, taken }) => taken && body.tab === tab),
    );
    expect(late.body.events.map(({ event_type, seq }) => [event_type, seq])).toEqual([
      ["pageview", 0],
      ["custom", 1],
      ["leave", 2],
    ]);
    await page.waitForFunction((id) => !localStorage.getItem("footfall")?.includes(id as string), tab);
  });
});

describe("links", () => {
  const LINKS = `
    <a id="out" href="https://example.com/there?x=1"><b>out</b></a>
    <a id="file" href="/price-list.pdf">file</a>
    <a id="in" href="/inside">in</a>
    <a id="mail" href="mailto:a@example.com">mail</a>
    <script>addEventListener("click", (event) => event.preventDefault())</script>`;

  test.each(["", 'data-capture="pageviews"', 'data-capture="outbound downloads"'])(
    "outbound links and downloads are events, other links are not: %s",
    async (capture) => {
      collector.site.attributes = `data-site="demo" ${capture}`;
      collector.site.body = LINKS;
      await open();
      await viewed("/");
      for (const id of ["out", "file", "in", "mail"]) await page.click(`#${id}`);
      await page.click("#out", { button: "right" });
      await setHidden(true);
      await collector.event("leave");
      expect(
        collector
          .events()
          .filter(({ event_type }) => /outbound|download/.test(event_type))
          .map(({ event_type, name }) => [event_type, name]),
      ).toEqual([
        ["outbound", "https://example.com/there?x=1"],
        ["download", `${collector.origin}/price-list.pdf`],
      ]);
    },
  );
});

describe("parts", () => {
  test.each<[string, string[]]>([
    ["", []],
    ['data-capture="pageviews"', []],
    ['data-capture="outbound downloads"', []],
    ['data-capture="forms"', ["GET /t-forms.js"]],
    ['data-capture="pageviews errors vitals"', ["GET /t-errors.js", "GET /t-vitals.js"]],
  ])("are loaded when listed: %s", async (capture, parts) => {
    collector.site.attributes = `data-site="demo" ${capture}`;
    await open();
    await viewed("/");
    await page.waitForLoadState("networkidle");
    expect(collector.requested.filter((path) => path.includes("/t-")).sort()).toEqual(parts);
  });

  test("script errors, rejections and failed resources, also from before the part came", async () => {
    collector.site.attributes = 'data-site="demo" data-capture="errors"';
    collector.site.body = `<img src="/missing.png"><script>
      document.addEventListener("DOMContentLoaded", () => setTimeout(() => { throw new TypeError("early"); }));
    </script>`;
    await open();
    await collector.event("pageview");
    await page.waitForLoadState("networkidle");
    await call(
      `setTimeout(() => { throw new RangeError("late"); }); Promise.reject(new Error("promised")); Promise.reject("text"); 0`,
    );
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    await setHidden(true);
    await collector.event("leave");
    const errors = collector.events("error");
    expect(errors.map(({ name, event_data }) => `${event_data?.kind}: ${name}`).sort(), collector.report()).toEqual([
      "error: Uncaught RangeError: late",
      "error: Uncaught TypeError: early",
      "rejection: Error: promised",
      "rejection: text",
      `resource: Could not load img ${collector.origin}/missing.png`,
    ]);
    expect(errors.find(({ name }) => name?.includes("early"))?.event_data).toMatchObject({
      source: `${collector.origin}/`,
      line: expect.any(Number),
      column: expect.any(Number),
      stack: expect.stringContaining("TypeError: early"),
    });
  });

  test.each([
    ["", 0],
    ['data-capture="pageviews vitals"', 0],
    ['data-capture="errors"', 20],
  ])("errors are held for their part where it is asked for, and no more than it reports: %s", async (capture, held) => {
    collector.site.attributes = `data-site="demo" ${capture}`;
    await page.route("**/t-errors.js", (route) => route.abort());
    await open();
    await viewed("/");
    await call(`window.made = Array.from({ length: 30 }, (_, n) => {
      const event = new ErrorEvent("error", { message: "error " + n });
      dispatchEvent(event);
      return new WeakRef(event);
    }); 0`);
    const inspector = await context.newCDPSession(page);
    await inspector.send("HeapProfiler.collectGarbage");
    expect(await call("made.filter((event) => event.deref()).length")).toBe(held);
  });

  test("at most 20 errors a page", async () => {
    collector.site.attributes = 'data-site="demo" data-capture="errors"';
    await open();
    await page.waitForLoadState("networkidle");
    await page.evaluate(async () => {
      for (let n = 0; n < 40; n++) dispatchEvent(new ErrorEvent("error", { message: `error ${n}` }));
    });
    await setHidden(true);
    await collector.event("leave");
    expect(collector.events("error")).toHaveLength(20);
  });

  test("web vitals when the page is left", async () => {
    collector.site.attributes = 'data-site="demo" data-capture="vitals"';
    collector.site.body = `<h1>Large text</h1><button id="b" onclick="const end = performance.now() + 150; while (performance.now() < end);">press</button>`;
    await open("/a");
    await page.waitForLoadState("networkidle");
    await page.click("#b");
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          // The library looks at an interaction in the next idle moment after the browser told it.
          new PerformanceObserver(() => requestIdleCallback(resolve, { timeout: 2_000 })).observe({
            type: "event",
            buffered: true,
          });
        }),
    );
    await open("/b");
    await collector.waitFor("vitals", () =>
      ["CLS", "FCP", "INP", "LCP", "TTFB"].every((name) =>
        collector.events("vital").some((event) => event.name === name),
      ),
    );
    for (const { event_data, page_url } of collector.events("vital")) {
      expect(event_data).toEqual({
        value: expect.any(Number),
        rating: expect.stringMatching(/^(good|needs-improvement|poor)$/),
      });
      expect(page_url).toBe(`${collector.origin}/a`);
    }
  });

  test("a form tells its name and never what it holds", async () => {
    collector.site.attributes = 'data-site="demo" data-capture="forms"';
    collector.site.body = `<form id="sign-up" onsubmit="return false"><input name="id" value="secret"><button>go</button></form>`;
    await open();
    await page.waitForLoadState("networkidle");
    await page.click("button");
    await setHidden(true);
    expect((await collector.event("form")).name).toBe("sign-up");
    expect(JSON.stringify(collector.arrivals)).not.toContain("secret");
  });
});

test("the module begins once, stops for good, takes its hands off history, and can begin again", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as tracker from "./index"; Object.assign(window, { tracker });`,
      resolveDir: fileURLToPath(new URL("../../tracker", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "iife",
  });
  scripts.set("module.js", outputFiles[0]?.text ?? "");
  collector.site.attributes = 'data-unused src="/nothing.js"';
  collector.site.head = '<script src="/module.js"></script>';
  await open("/a");
  await call(`{
    window.untouched = history.pushState;
    const options = { api: location.origin, site: "demo", capture: "forms" };
    window.stop = tracker.init(options);
    tracker.init(options);
    tracker.track("one", { n: 1 });
  }`);
  await viewed("/a");
  await call("stop()");
  await collector.event("custom", ({ name }) => name === "one");
  expect(await call("history.pushState === untouched")).toBe(true);
  const before = collector.arrivals.length;
  await call(`tracker.track("two"); tracker.page(); history.pushState({}, "", "/b")`);
  await setHidden(true);
  await fence();
  expect(collector.arrivals.length, collector.report()).toBe(before + 1);
  await setHidden(false);
  await call(`tracker.init({ api: location.origin, site: "demo", capture: "pageviews" })`);
  await viewed("/a", "/b");
});
