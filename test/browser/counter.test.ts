import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { HEARTBEAT } from "../../protocol/limits.ts";
import { getJson } from "../support/api.ts";
import { launchBrowser } from "../support/browser.ts";
import { setCounter } from "../support/counter-streams.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** The promise is a second; a shared machine under test gets five, which is well below a heartbeat. */
const SOON = 5_000;

let server: TestServer;
let browser: Browser;
let shop: Server;
/** Address of a site on another port and name than the server, which Chromium takes for another site. */
let shopPort = 0;
const thrown: string[] = [];

beforeAll(async () => {
  expect(SOON).toBeLessThan(HEARTBEAT);
  server = await startServer();
  browser = await launchBrowser();
  shop = createServer((request, response) => {
    const cookie = new URL(request.url ?? "/", "http://x").searchParams.has("without-cookie")
      ? ' data-cookie="off"'
      : "";
    response.writeHead(200, {
      "content-type": "text/html",
      // A policy as strict as one can be that still lets the counter in.
      "content-security-policy": `default-src 'none'; script-src ${server.url}; connect-src ${server.url}; require-trusted-types-for 'script'`,
    });
    response.end(
      `<!doctype html><title>Shop</title><script async src="${server.url}/counter.js" data-site="demo"${cookie}></script><footfall-counter></footfall-counter>`,
    );
  }).listen(0, "127.0.0.1");
  await new Promise((done) => shop.once("listening", done));
  shopPort = (shop.address() as AddressInfo).port;
});
afterAll(async () => {
  await browser?.close();
  shop?.close();
  await server?.[Symbol.asyncDispose]();
});

async function person(): Promise<BrowserContext> {
  return browser.newContext({ locale: "en-GB", viewport: { width: 900, height: 700 } });
}

async function visit(context: BrowserContext, url = `${server.url}/demo/trouble/`): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => thrown.push(error.message));
  await page.goto(url);
  return page;
}

const part = (page: Page, name: string) => page.locator(`footfall-counter >> css=[part=${name}]`);

/** Waits until the counter on the page says so. */
async function shows(
  page: Page,
  connections: number,
  visitors: number,
  status = "Connected",
  timeout = SOON,
): Promise<void> {
  const text = async () => [
    await part(page, "status").textContent(),
    await part(page, "connections-value").textContent(),
    await part(page, "visitors-value").textContent(),
  ];
  const wanted = [status, String(connections), String(visitors)];
  await expect.poll(text, { timeout }).toEqual(wanted);
}

const Counted = z.object({ totalConnections: z.number() });

/** What `counter.json` says. */
const total = async () => (await getJson(server, "/counter.json?site=demo", Counted, {})).totalConnections;

test("the demo shop has no counter until the owner turns it on", async () => {
  const ann = await person();
  const page = await ann.newPage();
  const load = async () => {
    const asked = page.waitForResponse((response) => response.url().includes("/counter.json"));
    await page.goto(`${server.url}/demo/trouble/`);
    return (await asked).status();
  };
  expect(await load()).toBe(404);
  expect(await page.locator("footfall-counter").count()).toBe(0);
  await setCounter(server, true);
  await expect.poll(load).toBe(200);
  await shows(page, 1, 1);
  await ann.close();
});

test("until the server has told something the counter says that it connects", async () => {
  const ann = await person();
  const page = await ann.newPage();
  let go = () => {};
  const held = new Promise<void>((done) => {
    go = done;
  });
  const hold = async (route: Route) => {
    await held;
    await route.continue();
  };
  await page.route(/\/events\?/, hold, { times: 1 });
  await page.goto(`${server.url}/demo/trouble/`);
  await expect.poll(() => part(page, "status").textContent()).toBe("Connecting...");
  expect(await part(page, "visitors-value").textContent()).toBe("–");
  go();
  await shows(page, 1, 1);
  await ann.close();
});

test("one tab, several tabs, several browsers, and each that leaves, at once", async () => {
  const [ann, bob] = [await person(), await person()];
  const first = await visit(ann);
  await shows(first, 1, 1);
  expect(await part(first, "status").textContent()).toBe("Connected");
  const time = await part(first, "updated-value").textContent();
  expect(time).toMatch(/^\d\d:\d\d:\d\d$/);
  const local = await first.evaluate((now) => new Date(now).toLocaleTimeString(), Date.now());
  expect(Math.abs(Date.parse(`2026-01-01T${local}Z`) - Date.parse(`2026-01-01T${time}Z`)) % 86_340_000).toBeLessThan(
    60_000,
  );

  const second = await visit(ann);
  await Promise.all([first, second].map((page) => shows(page, 2, 1)));
  const other = await visit(bob);
  await Promise.all([first, second, other].map((page) => shows(page, 3, 2)));
  // The cookie is not for scripts.
  expect(await first.evaluate(() => document.cookie)).not.toContain("visitorId");
  expect((await ann.cookies(`${server.url}/events`)).find(({ name }) => name === "visitorId")).toMatchObject({
    httpOnly: true,
    sameSite: "Lax",
    value: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\./),
  });

  await second.close();
  await Promise.all([first, other].map((page) => shows(page, 2, 2)));
  // Another page of the same tab, and back again.
  await other.goto("about:blank");
  await shows(first, 1, 1);
  await other.goBack();
  await Promise.all([first, other].map((page) => shows(page, 2, 2)));
  // An element that is taken out of its page ends its stream, and one that is put in opens one.
  await other.evaluate(() => document.querySelector("footfall-counter")?.remove());
  await shows(first, 1, 1);
  await other.evaluate(() => document.body.append(document.createElement("footfall-counter")));
  await Promise.all([first, other].map((page) => shows(page, 2, 2)));
  await Promise.all([ann.close(), bob.close()]);
});

test("a site of another origin: one cookie for its tabs, under the strictest policy, and without a cookie too", async () => {
  const ann = await person();
  const url = `http://localhost:${shopPort}/`;
  const first = await visit(ann, url);
  await shows(first, 1, 1);
  const second = await visit(ann, url);
  await Promise.all([first, second].map((page) => shows(page, 2, 1)));
  const cookie = (await ann.cookies()).find(({ name }) => name === "visitorId");
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "None" });
  const bare = await visit(ann, `${url}?without-cookie`);
  await Promise.all([first, second, bare].map((page) => shows(page, 3, 2)));
  await bare.close();
  await shows(first, 2, 1);

  // A page that is not of the site is refused, and nothing of it breaks.
  const foreign = await visit(ann, `http://else.localhost:${shopPort}/`);
  await expect.poll(() => part(foreign, "status").textContent()).toBe("Reconnecting...");
  expect(await part(foreign, "visitors-value").textContent()).toBe("–");
  await shows(first, 2, 1);
  await ann.close();
});

test("a server that is killed and comes back: the counter says so, and is right again without a reload", async () => {
  // A page of an earlier test that was closed without a goodbye is gone at a heartbeat.
  await expect.poll(total).toBe(0);
  const [ann, bob] = [await person(), await person()];
  const [first, second, other] = [await visit(ann), await visit(ann), await visit(bob)];
  await Promise.all([first, second, other].map((page) => shows(page, 3, 2)));
  const logged = first.waitForEvent("console", (message) => message.text().startsWith("SSE error:"));
  await server.kill9();
  await logged;
  await Promise.all([first, other].map((page) => shows(page, 3, 2, "Reconnecting...")));
  server = await server.restart();
  await Promise.all([first, second, other].map((page) => shows(page, 3, 2, "Connected", PATIENCE)));
  await second.close();
  await Promise.all([first, other].map((page) => shows(page, 2, 2)));
  await Promise.all([ann.close(), bob.close()]);
});

test("nothing was thrown into a page", () => {
  expect(thrown).toEqual([]);
});
