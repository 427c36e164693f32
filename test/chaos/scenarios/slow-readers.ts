import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { CLOSE } from "../../../protocol/close-codes.ts";
import { VIEWER_PICTURES_PER_SECOND, VIEWER_SILENCE, VIEWER_UNREAD_BYTES } from "../../../protocol/limits.ts";
import { SUBPROTOCOL } from "../../../protocol/version.ts";
import { postBeacon, withKey } from "../../support/api.ts";
import type { Scenario } from "../scenario.ts";
import { type ChaosSite, type FaultyServer, startFaulty } from "../support/faulty-server.ts";
import { checkTraces, Violation } from "../support/invariants.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { shows, until, watch } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

const SESSIONS = 60;
const VIEWS = 60;
/** A socket gets at most `VIEWER_PICTURES_PER_SECOND`, in whole seconds. */
const ASK_PAUSE = 1_000 / VIEWER_PICTURES_PER_SECOND + 50;
/** Asks for the whole picture. */
const askFor = (site: ChaosSite) => JSON.stringify({ type: "subscribe", rooms: [`site:${site.id}`] });
/** Memory a byte that waits for a reader: the message, and what making it left to the collector. */
const SLACK = 2;

export const slowReaders: Scenario = {
  name: "slow-readers",
  title: "VIEWER-5 screens that stop reading are closed, memory stays bounded, and who reads goes on",
  async run({ long, random }) {
    await using server = await startFaulty();
    const site = await server.addSite("slow");
    await fillSessions(server, site);
    const reader = await watch(server, site);
    const opened = reader.opened();
    const slow: RawSocket[] = [];
    const others: RawSocket[] = [];
    try {
      const headers = { Authorization: `Bearer ${server.key}`, "Sec-WebSocket-Protocol": SUBPROTOCOL };
      const open = () => RawSocket.open(server.url, `/api/realtime/ws?rooms=site:${site.id}&messages=delta`, headers);
      // Gets what the others get, and reads it: what they may cost is counted by it.
      const counter = await open();
      others.push(counter);
      for (let i = 0; i < (long ? 40 : 10); i++) slow.push(await open());
      const bytes = Buffer.byteLength(await firstPicture(counter, site));
      for (const socket of slow) socket.pause();
      const [before, had] = [residentBytes(server.state), counter.received];
      // Each picture is asked for and not read, until every socket has more unread than it may.
      for (let i = 0; i < Math.ceil((VIEWER_UNREAD_BYTES * 1.2) / bytes); i++) {
        for (const socket of [counter, ...slow]) socket.send(askFor(site));
        await pause(ASK_PAUSE);
      }
      const writers = writersFor(site, server.key, 2, random, { pace: 40, retries: true });
      await whileWriting(writers, server.url, async () => {
        if (long) await pause(VIEWER_SILENCE + 5_000);
        else await server.command({ do: "clock", ahead: VIEWER_SILENCE + 5_000 });
        await pause(2_000);
      });
      const after = residentBytes(server.state);
      const allowed = slow.length * (counter.received - had) * SLACK;
      if (after - before > allowed)
        throw new Violation(`${mega(after - before)} MB more, ${mega(allowed)} are allowed.`);
      for (const socket of slow) socket.resume();
      await until(() => slow.every((socket) => socket.isClosed), "A socket that did not read stays open.", 30_000);
      const codes = new Set(await Promise.all(slow.map((socket) => socket.closed)));
      if (codes.size > 1 || !codes.has(CLOSE.tooSlow)) throw new Violation(`Closed with ${[...codes].join(", ")}.`);
      await whileWriting(writers, server.url, () => pause(long ? 20_000 : 3_000));
      const later = residentBytes(server.state) - after;
      if (later > slow.length * 1_048_576) throw new Violation(`${mega(later)} MB more after all were closed.`);
      if (reader.opened() !== opened) throw new Violation("A screen that reads was closed too.");
      await shows(reader, () => SESSIONS * VIEWS + site.ledger.acked.size);
      await server.stop();
      checkTraces(server);
      const each = mega(counter.received - had);
      return `${slow.length} sockets with ${each} MB unread, ${mega(after - before)} MB more, then ${mega(later)} MB; closed with ${[...codes].join(", ")}`;
    } finally {
      reader.close();
      for (const socket of [...slow, ...others]) socket.close();
    }
  },
};

/** Visitors with long journeys, so that a picture is large. */
async function fillSessions(server: FaultyServer, site: ChaosSite): Promise<void> {
  for (let i = 0; i < SESSIONS; i++) {
    const events = Array.from({ length: VIEWS }, (_, seq) => ({
      seq,
      timestamp: Date.now(),
      event_type: "pageview",
      page_url: `https://slow.example/${"a-rather-long-name-of-a-page/".repeat(6)}${i}/${seq}`,
    }));
    const who = { tab: randomUUID(), user_agent: `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0 s${i}` };
    const reply = await postBeacon(server, { site: site.id, ...who, events }, withKey(server.key));
    if (reply.status !== 201) throw new Violation(`Answered with ${reply.status}: ${JSON.stringify(reply.body)}`);
  }
}

async function firstPicture(socket: RawSocket, site: ChaosSite): Promise<string> {
  let picture = "";
  socket.onText = (text) => {
    if (text.includes('"snapshot"')) picture = text;
  };
  socket.send(askFor(site));
  await until(() => picture !== "", "No picture came.");
  return picture;
}

const Owner = z.object({ runtime: z.object({ pid: z.number() }) });

/** Memory of the runtime of a state folder; Linux tells it. */
function residentBytes(state: string): number {
  const { pid } = Owner.parse(JSON.parse(readFileSync(join(state, "server.json"), "utf8"))).runtime;
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

const mega = (bytes: number) => (bytes / 1_048_576).toFixed(1);
