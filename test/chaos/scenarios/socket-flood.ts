import { setTimeout as pause } from "node:timers/promises";
import { SUBPROTOCOL } from "../../../protocol/version.ts";
import { signIn } from "../../support/api.ts";
import { PATIENCE } from "../../support/patience.ts";
import type { Scenario } from "../scenario.ts";
import type { ChaosServer, ChaosSite } from "../support/faulty-server.ts";
import { checkSite, Violation } from "../support/invariants.ts";
import { type ChaosViewer, shows, watch } from "../support/viewer.ts";
import { Writer, whileWriting, writersFor } from "../support/writer.ts";

/** As of the flood of requests: far above what is seen, far below starving. */
const MOST = 40;
/** Five times the target for a screen of a busy site, milliseconds. */
const FINE = 1_250;
/** Messages a second of one socket: as many as may be, each asks for a whole picture. */
const MESSAGES = 20;

export const socketFlood: Scenario = {
  name: "socket-flood",
  title: "RATE-6 sockets flood one site: the screens of another are told in time",
  alone: true,
  async run({ long, random, shared }) {
    const [calm, flooded] = [await shared.addSite("calm-screen"), await shared.addSite("socket-flooded")];
    const screen = await watch(shared, calm);
    const probe = async (name: string, requests = long ? 200 : 40) => {
      const writer = new Writer({ site: calm, key: shared.key, random, name, says: "tab", retries: false });
      const times: number[] = [];
      for (let i = 0; i < requests; i++) times.push(await untilShown(screen, calm, () => writer.sendOne(shared.url)));
      if (writer.failures > 0) throw new Violation(`${writer.failures} requests of the calm site failed.`);
      return percentile(times, 0.99);
    };
    await probe("warm", 10);
    const before = await probe("before");
    const storm = await floodSockets(shared, flooded, long ? 60 : 30);
    const writers = writersFor(flooded, shared.key, 4, random);
    const during = await whileWriting(writers, shared.url, () => probe("during")).finally(() => storm.end());
    if (during > before * MOST && during > FINE) {
      throw new Violation(`A screen waits ${during.toFixed(1)} ms (p99) while sockets flood another site.`);
    }
    await shows(screen, () => calm.ledger.acked.size);
    screen.close();
    const seen = [await checkSite(shared, calm), await checkSite(shared, flooded)];
    return `screen p99 ${before.toFixed(1)} ms, flooded ${during.toFixed(1)} ms by ${storm.opened()} sockets, ${storm.sent()} messages; ${seen[1]}`;
  },
};

/** Milliseconds from before `send` until the screen shows what it sent. */
async function untilShown(screen: ChaosViewer, site: ChaosSite, send: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  const told = Promise.withResolvers<void>();
  let answered = false;
  const look = () => {
    if (answered && screen.shown()?.events === site.ledger.acked.size) told.resolve();
  };
  const stop = screen.listen(look);
  const late = setTimeout(() => told.reject(new Violation("The calm site's screen was not told.")), PATIENCE);
  try {
    await send();
    answered = true;
    look();
    await told.promise;
    return performance.now() - begun;
  } finally {
    clearTimeout(late);
    stop();
  }
}

/** So many sockets that ask for whole pictures as fast as they may, and a new one for each that is closed. */
async function floodSockets(server: ChaosServer, site: ChaosSite, count: number) {
  const cookie = await signIn(server);
  const url = `${server.url.replace("http", "ws")}/api/realtime/ws?rooms=site:${site.id}`;
  const ask = JSON.stringify({ type: "subscribe", rooms: [`site:${site.id}`] });
  let [opened, sent] = [0, 0];
  const ended = new AbortController();
  const one = async () => {
    while (!ended.signal.aborted) {
      opened++;
      // Node's socket takes headers, which the types of a browser's do not know.
      const socket: WebSocket = Reflect.construct(WebSocket, [url, { protocols: SUBPROTOCOL, headers: { cookie } }]);
      const closed = new Promise((done) => socket.addEventListener("close", done));
      for (let i = 0; i < 3 * MESSAGES && !ended.signal.aborted && socket.readyState <= WebSocket.OPEN; i++) {
        if (socket.readyState === WebSocket.OPEN) {
          socket.send(ask);
          sent++;
        }
        await pause(1_000 / MESSAGES);
      }
      socket.close();
      await Promise.race([closed, pause(1_000)]);
    }
  };
  const all = Array.from({ length: count }, one);
  return {
    opened: () => opened,
    sent: () => sent,
    end: async () => {
      ended.abort();
      await Promise.all(all);
    },
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
