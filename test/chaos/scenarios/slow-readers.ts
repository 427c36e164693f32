import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { CLOSE } from "../../../protocol/close-codes.ts";
import { VIEWER_SILENCE, VIEWER_UNREAD_BYTES } from "../../../protocol/limits.ts";
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

export const slowReaders: Scenario = {
  name: "slow-readers",
  title: "VIEWER-5 screens that stop reading are closed, memory stays bounded, and who reads goes on",
  async run({ long, random }) {
    await using server = await startFaulty();
    const site = await server.addSite("slow");
    await fillSessions(server, site);
    const reader = await watch(server, site);
    const sockets: RawSocket[] = [];
    try {
      const headers = { Authorization: `Bearer ${server.key}`, "Sec-WebSocket-Protocol": SUBPROTOCOL };
      for (let i = 0; i < (long ? 40 : 10); i++) {
        sockets.push(await RawSocket.open(server.url, `/api/realtime/ws?rooms=site:${site.id}`, headers));
      }
      const bytes = Buffer.byteLength(await firstPicture(sockets[0]));
      for (const socket of sockets) socket.pause();
      const memory = () => residentBytes(server.state);
      const before = memory();
      // Each picture is asked for and not read, until every socket has more unread than it may.
      const asked = Math.ceil((VIEWER_UNREAD_BYTES * 1.2) / bytes);
      for (let i = 0; i < asked; i++) {
        for (const socket of sockets) socket.send(JSON.stringify({ type: "subscribe", rooms: [`site:${site.id}`] }));
        await pause(150);
      }
      const writers = writersFor(site, server.key, 2, random, { pace: 40, retries: true });
      await whileWriting(writers, server.url, async () => {
        if (long) await pause(VIEWER_SILENCE + 5_000);
        else await server.command({ do: "clock", ahead: VIEWER_SILENCE + 5_000 });
        await pause(2_000);
      });
      const grown = memory() - before;
      const allowed = sockets.length * VIEWER_UNREAD_BYTES * 2;
      if (grown > allowed) throw new Violation(`The runtime grew by ${mega(grown)} MB of ${mega(allowed)} MB.`);
      for (const socket of sockets) socket.resume();
      await until(() => sockets.every((socket) => socket.isClosed), "A socket that did not read stays open.", 30_000);
      const codes = new Set(await Promise.all(sockets.map((socket) => socket.closed)));
      if (codes.has(1000) || (codes.has(CLOSE.tooSlow) ? codes.size > 2 : codes.size > 1)) {
        throw new Violation(`Closed with ${[...codes].join(", ")}.`);
      }
      if (reader.opened() > 1) throw new Violation("A screen that reads was closed too.");
      await shows(reader, () => SESSIONS * VIEWS + site.ledger.acked.size);
      await server.stop();
      checkTraces(server);
      return `${sockets.length} sockets, pictures of ${mega(bytes)} MB, ${mega(grown)} MB more, closed with ${[...codes].join(", ")}`;
    } finally {
      reader.close();
      for (const socket of sockets) socket.close();
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

async function firstPicture(socket: RawSocket | undefined): Promise<string> {
  let picture = "";
  if (socket) {
    socket.onText = (text) => {
      if (text.includes('"snapshot"')) picture = text;
    };
    socket.send(JSON.stringify({ type: "subscribe", rooms: [] }));
  }
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
