import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { isMark } from "../../protocol/mark.ts";
import type { ReceivedFrame } from "../frame-reader.ts";
import { answerCalls } from "./answer-calls.ts";
import { Connection } from "./connection.ts";
import { monotonic } from "./monotonic.ts";
import { RawSocket } from "./raw-socket.ts";

/** Holds viewers' sockets, reads and discards, and notes when frames arrive. */

const OpenArgs = z.object({
  url: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  count: z.number(),
  /** How the frame begins with which a socket is set up. */
  first: z.string(),
  /** Text to send each socket now and then, as a sign of life. */
  ping: z.string().nullable(),
  most_ms: z.number(),
});
const ProbeArgs = z.object({
  url: z.string(),
  /** The whole request, as text. */
  request: z.string(),
  /** What the frame holds that is waited for, or how it begins. */
  needle: z.string().optional(),
  start: z.string().optional(),
  most_ms: z.number(),
});
const JoinArgs = OpenArgs.pick({ url: true, path: true, headers: true, first: true, count: true });
const StallArgs = z.object({ count: z.number() });
const Counted = z.object({ data: z.object({ today: z.object({ events: z.number() }).optional() }) });

/** Upgrades at a time: more would only wait in line. */
const WAVE = 32;
/** Between two that come one at a time. */
const PAUSE_MS = 150;
const SETUP_MS = 20_000;
const PING_MS = 25_000;

const sockets = new Set<RawSocket>();
const stalled = new Set<RawSocket>();
const closed: (number | null)[] = [];
const seen = { frames: 0, bytes: 0, largest: 0 };
let pings: NodeJS.Timeout | undefined;
let look: (frame: ReceivedFrame, socket: RawSocket) => void = () => {};
/** Sockets that wait for the frame with which they are set up. */
const comingUp = new Map<RawSocket, { first: string; done: (at: number) => void }>();
let counted: { at: number; events: number }[] = [];

answerCalls({
  open: (args) => open(OpenArgs.parse(args)),
  join: (args) => join(JoinArgs.parse(args)),
  probe: (args) => probe(ProbeArgs.parse(args)),
  startCounting,
  counted: () => counted,
  seen: () => ({ ...seen, open: sockets.size, closed }),
  stall: (args) => stall(StallArgs.parse(args)),
  wake,
  close,
});

function onFrame(frame: ReceivedFrame, socket: RawSocket): void {
  seen.frames++;
  seen.bytes += frame.length;
  seen.largest = Math.max(seen.largest, frame.length);
  // As the dashboard does.
  if (isMark(frame.start)) socket.send(frame.start);
  const waiting = comingUp.get(socket);
  if (waiting && frame.start.startsWith(waiting.first)) waiting.done(monotonic());
  look(frame, socket);
}

type Target = Pick<z.infer<typeof OpenArgs>, "url" | "path" | "headers" | "first">;

/** Opens a socket; answers it, and the milliseconds from connecting until it is set up. */
async function setUp({ first, ...target }: Target): Promise<{ socket: RawSocket; ms: number }> {
  const begun = monotonic();
  const { promise, resolve } = Promise.withResolvers<number>();
  const early: ReceivedFrame[] = [];
  const socket = await RawSocket.open(
    target,
    (frame, opened) => (comingUp.has(opened) || sockets.has(opened) ? onFrame(frame, opened) : early.push(frame)),
    (code, gone) => {
      comingUp.delete(gone);
      if (sockets.delete(gone)) closed.push(code);
    },
  );
  comingUp.set(socket, { first, done: resolve });
  // Frames that came with the answer to the upgrade.
  for (const frame of early) onFrame(frame, socket);
  const at = await Promise.race([promise, sleep(SETUP_MS, null)]);
  comingUp.delete(socket);
  if (at === null) throw new Error(`After ${SETUP_MS} ms a socket was not told ${first}.`);
  return { socket, ms: at - begun };
}

/** Opens sockets until there are `count`, or the time is over; answers how many there are, how long it took, and each. */
async function open({ count, ping, most_ms, ...target }: z.infer<typeof OpenArgs>) {
  const from = monotonic();
  const setups: number[] = [];
  let started = sockets.size;
  const work = async () => {
    while (started < count && monotonic() - from < most_ms) {
      started++;
      const { socket, ms } = await setUp(target);
      setups.push(ms);
      sockets.add(socket);
    }
  };
  await Promise.all(Array.from({ length: Math.min(WAVE, count) }, work));
  clearInterval(pings);
  if (ping !== null) {
    pings = setInterval(() => {
      for (const socket of sockets) if (!stalled.has(socket)) socket.send(ping);
    }, PING_MS);
  }
  return { open: sockets.size, ms: monotonic() - from, setups };
}

/** Opens `count` more, one after the other, each of which goes again; answers how long each took. */
async function join({ count, ...target }: z.infer<typeof JoinArgs>): Promise<number[]> {
  const setups: number[] = [];
  for (let number = 0; number < count; number++) {
    const { socket, ms } = await setUp(target);
    socket.close();
    setups.push(ms);
    await sleep(PAUSE_MS);
  }
  return setups;
}

/** Sends a request and notes, for each socket, how long after it the frame that is waited for was there as a whole. */
async function probe({ url, request, needle, start, most_ms }: z.infer<typeof ProbeArgs>) {
  const connection = await Connection.open(url);
  const arrived = new Map<RawSocket, number>();
  const wanted = needle === undefined ? null : Buffer.from(needle);
  let bytes = 0;
  for (const socket of sockets) socket.reader.keep = wanted !== null;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const from = monotonic();
  look = (frame, socket) => {
    const hit = wanted ? frame.payload?.includes(wanted) : frame.start.startsWith(start ?? "");
    if (!hit || arrived.has(socket)) return;
    arrived.set(socket, monotonic() - from);
    bytes = frame.length;
    if (arrived.size === sockets.size) resolve();
  };
  connection.send(
    Buffer.from(request),
    ({ status, body }) => {
      if (status > 299) reject(new Error(`The probe was answered ${status}: ${body}`));
    },
    reject,
  );
  const inTime = await Promise.race([all.then(() => true), sleep(most_ms, false), failed]);
  look = () => {};
  connection.close();
  if (!inTime) throw new Error(`After ${most_ms} ms ${arrived.size} of ${sockets.size} sockets had the frame.`);
  return { bytes, times: [...arrived.values()].sort((a, b) => a - b) };
}

/** From now on the first socket notes what number of events each frame tells. */
function startCounting(): void {
  counted = [];
  const [first] = sockets;
  if (!first) throw new Error("There is no socket to count at.");
  first.reader.keep = true;
  look = ({ payload }, socket) => {
    if (socket !== first || payload === null) return;
    const at = monotonic();
    const { success, data } = Counted.safeParse(JSON.parse(payload.toString()));
    if (success && data.data.today) counted.push({ at, events: data.data.today.events });
  };
}

function stall({ count }: z.infer<typeof StallArgs>): void {
  for (const socket of [...sockets].slice(0, count)) {
    stalled.add(socket);
    socket.stall();
  }
}

/** Lets stalled sockets read what they missed, and how it ended. */
function wake(): void {
  for (const socket of stalled) socket.wake();
  stalled.clear();
}

function close(): void {
  clearInterval(pings);
  look = () => {};
  closed.length = 0;
  Object.assign(seen, { frames: 0, bytes: 0, largest: 0 });
  const all = [...sockets];
  sockets.clear();
  stalled.clear();
  for (const socket of all) socket.close();
}
