import { randomUUID } from "node:crypto";
import * as z from "zod";
import { postBeacon, withKey } from "../../support/api.ts";
import type { Scenario } from "../scenario.ts";
import type { ChaosSite, FaultyServer } from "../support/faulty-server.ts";
import { checkSite, Violation } from "../support/invariants.ts";
import type { SentEvent } from "../support/ledger.ts";

const Count = z.object({ count: z.number() });
/** How late an event may come, milliseconds; the runs are at noon, so it is still of that day. */
const LATE = 5 * 3_600_000;
const TOGETHER = 6;

/** How a sender tells its events apart. */
const KEYS = ["seq", "event_id", "both", "body"] as const;

interface Request {
  site: ChaosSite;
  body: string;
}

export const stream: Scenario = {
  name: "stream",
  title: "COUNT-2 COUNT-6 duplicate, reordered, split and late batches are counted as the set that they are",
  async run({ long, random, shared }) {
    const sites = [await shared.addSite("stream0"), await shared.addSite("stream1")];
    const requests = sites
      .flatMap((site) =>
        Array.from({ length: long ? 60 : 8 }, (_, i) =>
          requestsOf(site, `w${i}`, KEYS[i % KEYS.length] ?? "seq", random),
        ),
      )
      .flat();
    shuffle(requests, random);
    const counted = new Map<ChaosSite, number>(sites.map((site) => [site, 0]));
    const waiting = requests.values();
    const send = async () => {
      for (const { site, body } of waiting) {
        const count = await post(shared, body);
        counted.set(site, (counted.get(site) ?? 0) + count);
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, send));
    const seen: string[] = [];
    for (const site of sites) {
      for (const title of site.ledger.sent.keys()) site.ledger.acked.add(title);
      const count = counted.get(site) ?? 0;
      if (count !== site.ledger.sent.size) {
        throw new Violation(`${site.name}: the answers count ${count} of ${site.ledger.sent.size} events.`);
      }
      seen.push(await checkSite(shared, site));
    }
    return `${requests.length} requests; ${seen.join("; ")}`;
  },
};

async function post(server: FaultyServer, body: string): Promise<number> {
  const reply = await postBeacon(server, JSON.parse(body), withKey(server.key));
  if (reply.status !== 201) throw new Violation(`Answered with ${reply.status}: ${JSON.stringify(reply.body)}`);
  return Count.parse(reply.body).count;
}

/** One sender's events, cut into batches twice in different ways, and some of those batches again. */
function requestsOf(site: ChaosSite, writer: string, keys: (typeof KEYS)[number], random: () => number): Request[] {
  const who = keys === "event_id" ? { session_id: randomUUID() } : { tab: randomUUID() };
  const newest = Date.now();
  const events = Array.from({ length: 4 + Math.floor(random() * 30) }, (_, seq) => {
    const event: SentEvent = {
      title: `${site.name} ${writer} ${seq}`,
      writer,
      type: random() < 0.7 ? "pageview" : "signup",
      path: `/page/${Math.floor(random() * 5)}`,
    };
    site.ledger.sent.set(event.title, event);
    return {
      ...((keys === "seq" || keys === "both") && { seq }),
      ...((keys === "event_id" || keys === "both") && { event_id: `${writer}-${seq}` }),
      timestamp: new Date(newest - (random() < 0.2 ? random() * LATE : random() * 60_000)).toISOString(),
      event_type: event.type,
      page_url: `https://${site.name}.example${event.path}`,
      title: event.title,
    };
  });
  const user_agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${writer}`;
  const bodyOf = (batch: unknown[]) => JSON.stringify({ site: site.id, ...who, user_agent, events: batch });
  const first = cut(events, random).map(bodyOf);
  // What is known by its body alone can only be repeated as it was.
  const second = keys === "body" ? [] : cut(shuffle([...events], random), random).map(bodyOf);
  const all = [...first, ...second];
  const again = all.filter(() => random() < 0.5);
  return [...all, ...again].map((body) => ({ site, body }));
}

function cut<T>(items: readonly T[], random: () => number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; ) {
    const to = from + 1 + Math.floor(random() * 8);
    parts.push(items.slice(from, to));
    from = to;
  }
  return parts;
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [items[i], items[j]];
    if (a === undefined || b === undefined) continue;
    items[i] = b;
    items[j] = a;
  }
  return items;
}
