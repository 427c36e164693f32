import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { CLOSE } from "../../../protocol/close-codes.ts";
import {
  SENT_BYTES_PER_SECOND,
  VIEWER_MARK_INTERVAL,
  VIEWER_MARK_SILENCE,
  VIEWER_MARK_SILENCE_PRESSED,
  VIEWERS_UNREAD_BYTES,
} from "../../../protocol/limits.ts";
import { isMark } from "../../../protocol/mark.ts";
import { SUBPROTOCOL } from "../../../protocol/version.ts";
import { getJson, postBeacon, withKey } from "../../support/api.ts";
import type { Scenario } from "../scenario.ts";
import { type ChaosSite, type FaultyServer, startFaulty } from "../support/faulty-server.ts";
import { checkTraces, Violation } from "../support/invariants.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { shows, until, watch } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

const SESSIONS = 60;
const VIEWS = 60;
/** Page views at a time, each of which tells the whole journey of its visitor, and the pause after them. */
const AT_ONCE = 3;
const PAUSE = 80;
/** What may wait for all slow ones together: the bound, and what goes out until their silence has lasted. */
const MOST_WAITING = VIEWERS_UNREAD_BYTES + SENT_BYTES_PER_SECOND * (VIEWER_MARK_SILENCE_PRESSED / 1_000 + 3);
/** Memory a byte that waits for a reader: the message, and what making it left to the collector. */
const SLACK = 2;
/** By so much the memory of the runtime differs by itself while frames are made. */
const NOISE = 64 * 1_048_576;

export const slowReaders: Scenario = {
  name: "slow-readers",
  title: "VIEWER-5 screens that stop reading are closed, memory stays flat, and who reads goes on",
  async run({ long, random }) {
    await using server = await startFaulty();
    const site = await server.addSite("slow");
    const visitors = new Visitors(server, site);
    await visitors.come();
    const reader = await watch(server, site);
    const opened = reader.opened();
    const sockets: RawSocket[] = [];
    const open = async (more: string): Promise<RawSocket> => {
      const path = `/api/realtime/ws?rooms=site:${site.id}&messages=delta${more}`;
      const headers = { Authorization: `Bearer ${server.key}`, "Sec-WebSocket-Protocol": SUBPROTOCOL };
      const socket = await RawSocket.open(server.url, path, headers);
      sockets.push(socket);
      return socket;
    };
    /** Sends marks back for as long as it reads; it has read the first picture. */
    const openMarked = async (): Promise<RawSocket> => {
      const socket = await open("&marks=1");
      let marks = 0;
      socket.onText = (text) => {
        if (!isMark(text)) return;
        marks++;
        socket.send(text);
      };
      await until(() => marks > 0, "A picture came without a mark.");
      return socket;
    };
    const closedByServer = async () => {
      const reply = await getJson(server, `/api/status?site=${site.id}`, Status, withKey(server.key));
      return reply.data.sites[0].sent.too_slow;
    };
    try {
      // Programs of somebody else: one that never says anything, and one that sends marks back.
      const silent = await open("");
      const marked = await openMarked();
      const slow = await Promise.all(Array.from({ length: long ? 40 : 10 }, openMarked));
      for (const socket of slow) socket.pause();
      const read = received(slow);
      const [before, had, from] = [residentBytes(server.state), marked.received, performance.now()];
      let rounds = 0;
      for (let closed = 0; closed < slow.length; rounds++) {
        if (performance.now() - from > 2 * VIEWER_MARK_SILENCE)
          throw new Violation(`${closed} of ${slow.length} sockets that do not read were closed.`);
        await visitors.goOn();
        if (rounds % 5 === 0) closed = await closedByServer();
      }
      const took = performance.now() - from;
      const told = marked.received - had;
      const more = residentBytes(server.state) - before;

      for (let i = 0; i < rounds / 2; i++) await visitors.goOn();
      const later = residentBytes(server.state) - before - more;

      for (const socket of slow) socket.resume();
      await until(() => slow.every(({ isClosed }) => isClosed), "A socket that was closed does not end.", 30_000);
      const codes = new Set(await Promise.all(slow.map((socket) => socket.closed)));
      if (codes.size > 1 || !codes.has(CLOSE.tooSlow)) throw new Violation(`Closed with ${[...codes].join(", ")}.`);
      // What waited for each of them came when it read again.
      const waited = received(slow) - read;
      if (waited > MOST_WAITING) throw new Violation(`${mega(waited)} MB waited, ${mega(MOST_WAITING)} are allowed.`);
      const allowed = waited * SLACK + NOISE;
      if (more > allowed) throw new Violation(`${mega(more)} MB more memory, ${mega(allowed)} are allowed.`);
      if (later > NOISE) throw new Violation(`${mega(later)} MB more memory after all were closed.`);

      if (silent.isClosed) throw new Violation("One that reads and says nothing was closed within a minute.");
      const writers = writersFor(site, server.key, 2, random, { pace: 40, retries: true });
      if (long) {
        // Alone, on a site that is not busy.
        const lone = await openMarked();
        lone.pause();
        await whileWriting(writers, server.url, () => pause(VIEWER_MARK_INTERVAL + VIEWER_MARK_SILENCE + 5_000));
        lone.resume();
        await until(() => lone.isClosed, "One that does not read stays open on a calm site.", 30_000);
        if ((await lone.closed) !== CLOSE.tooSlow) throw new Violation(`Closed with ${await lone.closed}.`);
      } else await whileWriting(writers, server.url, () => pause(2_000));
      if (reader.opened() !== opened || marked.isClosed) throw new Violation("One that reads was closed too.");
      await shows(reader, () => visitors.views + site.ledger.acked.size);
      await server.stop();
      checkTraces(server);
      return `${slow.length} sockets closed with ${[...codes].join(", ")} within ${(took / 1_000).toFixed(1)} s, when others had been told ${mega(told)} MB: ${mega(waited)} MB waited for all of them, ${mega(more)} MB more memory, then ${mega(later)} MB`;
    } finally {
      reader.close();
      for (const socket of sockets) socket.close();
    }
  },
};

const received = (sockets: readonly RawSocket[]) => sockets.reduce((sum, socket) => sum + socket.received, 0);

const Site = z.object({ sent: z.object({ too_slow: z.number() }) });
const Status = z.object({ data: z.object({ sites: z.tuple([Site]) }) });

/** Visitors with long journeys, so that frames are large. */
class Visitors {
  readonly #server: FaultyServer;
  readonly #site: ChaosSite;
  readonly #tabs = Array.from({ length: SESSIONS }, () => ({ tab: randomUUID(), seq: 0 }));
  #next = 0;
  views = 0;

  constructor(server: FaultyServer, site: ChaosSite) {
    this.#server = server;
    this.#site = site;
  }

  async come(): Promise<void> {
    for (let i = 0; i < SESSIONS; i++) await this.#view(i, VIEWS);
  }

  /** Some of them view another page. */
  async goOn(): Promise<void> {
    const some = Array.from({ length: AT_ONCE }, () => this.#view(this.#next++ % SESSIONS, 1));
    await Promise.all([...some, pause(PAUSE)]);
  }

  async #view(visitor: number, count: number): Promise<void> {
    const at = this.#tabs[visitor];
    if (!at) throw new Error(`There is no visitor ${visitor}.`);
    const events = Array.from({ length: count }, () => ({
      seq: at.seq,
      timestamp: Date.now(),
      event_type: "pageview",
      page_url: `https://slow.example/${"a-rather-long-name-of-a-page/".repeat(6)}${visitor}/${at.seq++}`,
    }));
    const who = { tab: at.tab, user_agent: `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0 s${visitor}` };
    const reply = await postBeacon(this.#server, { site: this.#site.id, ...who, events }, withKey(this.#server.key));
    if (reply.status !== 201) throw new Violation(`Answered with ${reply.status}: ${JSON.stringify(reply.body)}`);
    this.views += count;
  }
}

const Owner = z.object({ runtime: z.object({ pid: z.number() }) });

/** Memory of the runtime of a state folder; Linux tells it. */
function residentBytes(state: string): number {
  const { pid } = Owner.parse(JSON.parse(readFileSync(join(state, "server.json"), "utf8"))).runtime;
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

const mega = (bytes: number) => (bytes / 1_048_576).toFixed(1);
