import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { answerCalls } from "./answer-calls.ts";
import { Connection } from "./connection.ts";
import { monotonic } from "./monotonic.ts";
import { RawStream } from "./raw-stream.ts";

/** Holds streams of server-sent events, reads and discards, and notes when messages arrive. */

const OpenArgs = z.object({
  url: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  count: z.number(),
  most_ms: z.number(),
});
const JoinArgs = OpenArgs.omit({ count: true });
const AloneArgs = OpenArgs.extend({ pause_ms: z.number() }).omit({ most_ms: true });
const ProbeArgs = z.object({ url: z.string(), request: z.string(), needle: z.string(), most_ms: z.number() });

/** Opened at a time: more would only wait in line. */
const WAVE = 32;

const streams = new Set<RawStream>();
const ended = (stream: RawStream) => void streams.delete(stream);

answerCalls({
  open: (args) => open(OpenArgs.parse(args)),
  join: (args) => join(JoinArgs.parse(args)),
  alone: (args) => alone(AloneArgs.parse(args)),
  probe: (args) => probe(ProbeArgs.parse(args)),
  close,
});

/** Every stream is of an address of its own. */
let addresses = 0;
const addressed = (headers: Record<string, string>) => {
  const n = addresses++;
  return { ...headers, "CF-Connecting-IP": `198.18.${(n >> 8) % 256}.${n % 256}` };
};

/** Opens streams until there are `count`, or the time is over; answers how long each took to its first message. */
async function open({ count, most_ms, headers, ...target }: z.infer<typeof OpenArgs>) {
  const from = monotonic();
  const setups: number[] = [];
  let started = streams.size;
  const work = async () => {
    while (started < count && monotonic() - from < most_ms) {
      started++;
      const begun = monotonic();
      streams.add(await RawStream.open({ ...target, headers: addressed(headers) }, ended));
      setups.push(monotonic() - begun);
    }
  };
  await Promise.all(Array.from({ length: Math.min(WAVE, count) }, work));
  return { open: streams.size, setups };
}

/** Opens one more, which every stream is told, and notes how long after that each of the others had its message. */
async function join({ most_ms, headers, ...target }: z.infer<typeof JoinArgs>) {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const times: number[] = [];
  const waiting = new Set(streams);
  const from = monotonic();
  for (const stream of streams) {
    stream.look = (piece) => {
      if (!piece.includes("data:") || !waiting.delete(stream)) return;
      times.push(monotonic() - from);
      if (waiting.size === 0) resolve();
    };
  }
  const one = await RawStream.open({ ...target, headers: addressed(headers) }, ended);
  const inTime = await Promise.race([all.then(() => true), sleep(most_ms, false)]);
  for (const stream of streams) stream.look = () => {};
  if (!inTime) throw new Error(`After ${most_ms} ms ${times.length} of ${streams.size} streams had the message.`);
  one.close();
  return { times: times.sort((a, b) => a - b) };
}

/** Opens `count` more, one after the other, each of which goes again; answers how long each took to its first message. */
async function alone({ count, pause_ms, headers, ...target }: z.infer<typeof AloneArgs>): Promise<number[]> {
  const setups: number[] = [];
  for (let number = 0; number < count; number++) {
    const begun = monotonic();
    const stream = await RawStream.open({ ...target, headers: addressed(headers) }, ended);
    setups.push(monotonic() - begun);
    stream.close();
    await sleep(pause_ms);
  }
  return setups;
}

/** Sends a request; answers how long after it the first stream was told of it. */
async function probe({ url, request, needle, most_ms }: z.infer<typeof ProbeArgs>): Promise<number> {
  const [stream] = streams;
  if (!stream) throw new Error("There is no stream to look at.");
  const connection = await Connection.open(url);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const { promise: told, resolve } = Promise.withResolvers<number>();
  let text = "";
  stream.look = (piece) => {
    text += piece.toString("latin1");
    if (text.includes(needle)) resolve(monotonic());
  };
  const from = monotonic();
  connection.send(
    Buffer.from(request),
    ({ status, body }) => {
      if (status > 299) reject(new Error(`The probe was answered ${status}: ${body}`));
    },
    reject,
  );
  const at = await Promise.race([told, sleep(most_ms, null), failed]);
  stream.look = () => {};
  connection.close();
  if (at === null) throw new Error(`After ${most_ms} ms the stream was not told.`);
  return at - from;
}

function close(): void {
  const all = [...streams];
  streams.clear();
  for (const stream of all) stream.close();
}
