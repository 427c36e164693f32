import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { openStream, type Stream } from "./stream.ts";
import type { World } from "./world.ts";

const Counts = z.object({ totalConnections: z.number(), uniqueVisitors: z.number() });

/** `kill` ends the server as a power cut does, and starts it again on what it had stored. */
export function afterAKill(the: () => World, kill: () => Promise<void>): void {
  test("a server that was killed has all that it acknowledged, once, and goes on with numbers that nobody saw", async () => {
    const { addSite, view, visit, track, org, url } = the();
    const site = await addSite({ public_counter: true });
    const rooms = [`site:${site.id}`, `org:${org}`];
    const watch = (resume = "") => rooms.map((room) => view(`rooms=${room}&messages=delta${resume}`));
    const before = watch();
    await Promise.all(before.map((viewer) => viewer.next("snapshot")));
    const tab = randomUUID();
    const events = Array.from({ length: 5 }, (_, seq) => ({
      event_type: "pageview",
      page_url: `/${seq}`,
      timestamp: new Date().toISOString(),
      seq,
    }));
    expect((await track(site, { tab, events })).body).toMatchObject({ count: 5 });
    await visit(site, "/last");
    await before[0]?.next((m) => m.type === "delta" && JSON.stringify(m.data).includes("/last"));
    await before[1]?.next((m) => m.type === "delta" && m.room === rooms[1]);
    const counter = await openStream(`${url}/events?site=${site.id}`);
    await counter.next();
    const cookie = counter.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const seen = before.map(({ heard }) => Math.max(...heard.map(({ seq }) => seq ?? 0)));

    await kill();
    await Promise.all([...before.map(({ closed }) => closed), counter.ended]);

    // Token, cookie and key of before go on.
    const { call, token, asReader } = the();
    const figures = { success: true, data: { summary: { total_active: 2, total_today: 6 } } };
    for (const headers of [{ authorization: `Bearer ${token}` }, asReader]) {
      const read = await call(`/api/analytics/summary?site=${site.id}`, { headers });
      expect(read.body).toMatchObject(figures);
    }
    expect((await track(site, { tab, events })).body).toMatchObject({ count: 0 });
    const after = watch();
    const pictures = await Promise.all(after.map((viewer) => viewer.next("snapshot")));
    for (const [i, { seq }] of pictures.entries()) expect(seq).toBeGreaterThan(seen[i] ?? Number.POSITIVE_INFINITY);
    expect(pictures[0]?.data).toMatchObject({ active: 2, now: 2 });
    // One that says what it saw last is whole as well.
    const resumed = view(`rooms=${rooms[0]}&resume=${rooms[0]}:${seen[0]}`);
    expect((await resumed.next("snapshot")).data).toMatchObject({ active: 2 });
    const path = `/${randomUUID()}`;
    await visit(site, path);
    for (const viewer of [after[0], resumed]) {
      await viewer?.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
    }
    const back = await openStream(`${url}/events?site=${site.id}`, { cookie });
    onTestFinished(() => back.close());
    expect(back.headers.getSetCookie()).toEqual([]);
    await back.next(({ data }) => Counts.parse(data).uniqueVisitors === 1);
  });

  test("the log of all this has what went wrong in no line, nobody in any, and no secret", async () => {
    const { logs, cookie, token, key, email, password } = the();
    const lines = logs()
      .split("\n")
      .flatMap((line) => /\{"level":.*\}/.exec(line)?.[0] ?? []);
    expect(lines.length).toBeGreaterThan(500);
    const text = lines.join("\n");
    const secrets = [cookie.split("=")[1] ?? "", token, token.split(".")[2] ?? "", key, email, password];
    for (const personal of [...secrets, "Firefox", "203.0.113.", "127.0.0.1", "filter_applied"]) {
      expect(personal).not.toBe("");
      expect([personal, text.includes(personal)]).toEqual([personal, false]);
    }
    for (const event of ["viewer_connected", "viewer_disconnected"]) expect(text).toContain(event);
    const wrong = logs()
      .split("\n")
      .filter((line) => /"level":"error"|Uncaught|unhandled/i.test(line));
    expect(wrong).toEqual([]);
  });
}

/** Streams that are opened before everything else, so that nobody waits for their hearts to beat. */
export function heartbeats(the: () => World) {
  const opened: { name: string; stream: Stream; at: number }[] = [];
  return {
    async open(): Promise<void> {
      const { url, cookie, addSite } = the();
      const site = await addSite({ public_counter: true });
      for (const [name, address] of [
        ["counter", `/events?site=${site.id}`],
        ["stats", `/api/realtime/stats?site=${site.id}`],
        ["issues", `/api/realtime/issues?site=${site.id}`],
        ["heatmap", `/api/realtime/heatmap?site=${site.id}`],
      ] as const) {
        const at = Date.now();
        opened.push({ name, stream: await openStream(url + address, { cookie }), at });
      }
    },
    close: () => {
      for (const { stream } of opened) stream.close();
    },
    test(): void {
      test("a stream on which nothing happens has a comment every fifteen seconds, which is no message", async () => {
        for (const { name, stream, at } of opened) {
          expect([name, await stream.nextComment(75_000)]).toEqual([name, "heartbeat"]);
          expect(stream.raw()).toContain("\n\n: heartbeat\n\n");
          const beats = stream.comments.length;
          // A timer may fire a little early by rounding.
          expect(beats).toBeLessThanOrEqual((Date.now() - at + 100) / 15_000);
        }
      });
    },
  };
}
