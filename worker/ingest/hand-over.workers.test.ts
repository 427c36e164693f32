import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { eventsTable } from "../../durable-objects/site/sinks/events-table";
import { batchOf, freshSites, view } from "../../durable-objects/site/site.fixture";
import { handOver } from "./hand-over";

const freshSite = freshSites(env);
type TestSite = ReturnType<typeof freshSite>;

const TABS = 12;
const BATCHES = 15;
const EACH = 20;

async function storedPaths({ site_id, stub }: TestSite): Promise<string[]> {
  await stub.flush();
  const { results } = await env.DB.prepare(`SELECT page_url FROM ${eventsTable(Date.now())} WHERE site_id = ?`)
    .bind(site_id)
    .all<{ page_url: string }>();
  return results.map(({ page_url }) => new URL(page_url).pathname).sort();
}

interface Sent {
  /** Paths that were sent, and those that were acknowledged. */
  all: string[];
  acked: string[];
  /** Of each tab. */
  sessions: Set<string | null>[];
  failures: number;
}

/**
 * Tabs that each send their batches one after another, a failed one again until it is taken. `leavesFor` says over how many
 * leaves a batch goes. `during` runs beside, after each so many batches that were acknowledged.
 */
async function load(site: TestSite, leavesFor: (batch: number) => number, during: (round: number) => Promise<void>) {
  const sent: Sent = { all: [], acked: [], sessions: [], failures: 0 };
  let running = true;
  const beside = async () => {
    for (let round = 0; running; round++) {
      while (running && sent.acked.length < round * EACH) await scheduler.wait(1);
      if (running) await during(round);
    }
  };
  const tab = async (name: string) => {
    const sessions = new Set<string | null>();
    sent.sessions.push(sessions);
    for (let i = 0; i < BATCHES; i++) {
      const path = `/${name}/${i}`;
      sent.all.push(path);
      const batch = batchOf({ ...site.facts, leaves: leavesFor(i) }, name, [view(i, path)], name);
      for (let taken = false; !taken; ) {
        try {
          const answer = await handOver(env, batch, Date.now());
          if (!answer.ok) throw new Error(answer.code);
          sessions.add(answer.session_id);
          sent.acked.push(path);
          taken = true;
        } catch {
          // As a tracker does that got no answer.
          sent.failures++;
        }
      }
    }
  };
  const tabs = Promise.all(Array.from({ length: TABS }, (_, i) => tab(`t${i}`))).finally(() => {
    running = false;
  });
  await Promise.all([tabs, beside()]);
  return sent;
}

const leafOf = ({ site_id }: TestSite, index: number) => env.LEAF.getByName(`${site_id}/${index}`);

async function expectEachOnce(site: TestSite, sent: Sent): Promise<void> {
  expect(sent.acked.sort()).toEqual(sent.all.sort());
  for (const sessions of sent.sessions) expect(sessions.size).toBe(1);
  const counts = { today: { page_views: sent.all.length, sessions: TABS, visitors: TABS }, now: TABS };
  expect(await site.stub.picture(site.facts, {})).toMatchObject(counts);
  expect(await storedPaths(site)).toEqual(sent.all);
}

describe("LEAF-4 under load", () => {
  test("leaves that are aborted lose nothing that was acknowledged, and nothing is counted twice", async () => {
    const site = freshSite();
    let aborts = 0;
    const sent = await load(
      site,
      () => 4,
      async (round) => {
        // The call that aborts is broken off by it.
        await runInDurableObject(leafOf(site, round % 4), (_, state) => state.abort("Aborted on purpose.")).catch(
          () => {
            aborts++;
          },
        );
      },
    );
    expect(aborts).toBeGreaterThan(3);
    await expectEachOnce(site, sent);
  });

  test("leaves that are evicted, and the site's object too", async () => {
    const site = freshSite();
    const sent = await load(
      site,
      () => 4,
      async (round) => {
        // One that nothing has called yet is not there.
        await evictDurableObject(leafOf(site, round % 4)).catch(() => {});
        if (round % 3 === 1) await evictDurableObject(site.object);
      },
    );
    await expectEachOnce(site, sent);
  });

  test("LEAF-8 as the number of leaves rises and falls no session moves, and each is counted once", async () => {
    const site = freshSite();
    const numbers = [1, 4, 32, 8, 2, 1, 3, 16, 1];
    const sent = await load(
      site,
      (batch) => numbers[batch % numbers.length] ?? 1,
      async () => void (await site.stub.status()),
    );
    expect(sent.failures).toBe(0);
    await expectEachOnce(site, sent);
  });
});
