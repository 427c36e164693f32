import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { launchBrowser } from "../support/browser.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** The promise is a second; a shared machine under test gets five. */
const SOON = 5_000;

/** A server of its own: nobody was here before, whose end would change the numbers. */
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

/** Messages as a page keeps them. */
const Seen = z.array(
  z.object({
    id: z.number(),
    type: z.string(),
    seq: z.number(),
    data: z.looseObject({ now: z.number().optional(), feed: z.array(z.looseObject({ path: z.string() })).optional() }),
  }),
);

test("STREAM-2 a member's page reads the live stream by EventSource, and is whole again after the server was killed", async () => {
  const owner = await browser.newContext();
  const page = await owner.newPage();
  await page.goto(server.signInLink);
  await page.waitForURL(/\/sites\/demo/, { waitUntil: "commit" });
  await page.evaluate(() => {
    const seen: unknown[] = [];
    Reflect.set(window, "seen", seen);
    const source = new EventSource("/api/realtime/stats?site=demo");
    source.onmessage = ({ data, lastEventId }) => seen.push({ id: Number(lastEventId), ...JSON.parse(data) });
  });
  const seen = async () => Seen.parse(await page.evaluate(() => Reflect.get(window, "seen")));
  await expect.poll(async () => (await seen())[0]).toMatchObject({ type: "snapshot", data: { now: 0 } });
  const visitor = await browser.newContext();
  const shop = await visitor.newPage();
  await shop.goto(`${server.url}/demo/trouble/`);
  await expect.poll(async () => (await seen()).flatMap(({ data }) => data.now ?? []).at(-1), { timeout: SOON }).toBe(1);

  const had = (await seen()).length;
  await server.kill9();
  server = await server.restart();
  const since = async () => (await seen()).slice(had);
  await expect.poll(async () => (await since()).map(({ type }) => type)).toContain("snapshot");
  await shop.goto(`${server.url}/demo/app/`);
  const told = async () => {
    const deltas = (await since()).filter(({ type }) => type === "delta");
    return deltas.flatMap(({ data }) => data.feed ?? []).map(({ path }) => path);
  };
  await expect.poll(told, { timeout: SOON }).toContain("/demo/app/");
  const frames = await seen();
  expect(frames.map(({ id }) => id)).toEqual(frames.map(({ seq }) => seq));
  expect(frames.map(({ id }) => id)).toEqual([...new Set(frames.map(({ id }) => id))].sort((a, b) => a - b));
  await Promise.all([owner.close(), visitor.close()]);
});
