import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import type { BeaconEvent } from "../protocol/beacon.ts";
import { Sender } from "./load/sender.ts";
import { Tally } from "./load/tally.ts";
import { traffic, type Visitor } from "./load/traffic.ts";
import { localKey, localUrl } from "./local-server.ts";
import { Problem, runScript } from "./problem.ts";

const HELP = `Simulated visitors for a site, through the same address that real ones use.

  npm run load -- --site demo --rate 200 --seconds 60

  --site     id of the site (demo)
  --rate     events a second (50)
  --seconds  how long (60)
  --url      address of the server (the one that npm start printed last)
  --key      API key of scope ingest (the one that npm start keeps in its state folder)
  --seed     a number; the same visitors for the same number (1)`;

const Options = z.object({
  site: z.string().min(1).default("demo"),
  rate: z.coerce
    .number("--rate is a number of events a second.")
    .positive("--rate is above 0.")
    .max(20_000)
    .default(50),
  seconds: z.coerce.number("--seconds is a number.").positive("--seconds is above 0.").default(60),
  seed: z.coerce.number("--seed is a whole number.").int("--seed is a whole number.").default(1),
  url: z.url("--url is an address such as http://127.0.0.1:8787.").optional(),
  key: z.string().min(1).optional(),
  help: z.boolean().default(false),
});

/** What the tracker does too: events wait this long for company, unless a page view or leave sends them. */
const COMPANY_MS = 5_000;
const TICK_MS = 20;
const REQUESTS_AT_ONCE = 64;
/** Past this many unanswered requests no more visitors are made: the server decides the pace. */
const MOST_OPEN = 2_000;
const LAST_ANSWERS_MS = 30_000;

interface Sending {
  visitor: Visitor;
  tab: string;
  seq: number;
  waiting: BeaconEvent[];
  /** When the first of `waiting` came. */
  since: number;
}

await runScript(async () => {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  const url = (options.url ?? (await localUrl())).replace(/\/$/, "");
  const key = options.key ?? (await localKey());
  await checkServer(url);
  await run({ ...options, url, key });
});

function readOptions(): z.infer<typeof Options> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { site: text, rate: text, seconds: text, seed: text, url: text, key: text, help: { type: "boolean" } },
  });
  const parsed = Options.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Problem(parsed.error.issues.map(({ message }) => message).join("\n"));
}

async function checkServer(url: string): Promise<void> {
  try {
    await fetch(`${url}/health`);
  } catch {
    throw new Problem(`No server answers at ${url}. Start one with npm start, or give its address with --url.`);
  }
}

async function run({
  site,
  rate,
  seconds,
  seed,
  url,
  key,
}: {
  site: string;
  rate: number;
  seconds: number;
  seed: number;
  url: string;
  key: string;
}) {
  console.log(`${rate} events/s for ${seconds} s to site ${site} at ${url}. Ctrl-C ends it.`);
  const tally = new Tally();
  const sender = new Sender(url, key, tally, REQUESTS_AT_ONCE);
  const senders = new Map<number, Sending>();
  const stream = traffic(seed, rate, `${url}/demo/`);
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let stopped = false;
  let made = 0;
  let printed = 0;
  const stop = () => {
    stopped = true;
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);

  const flush = (one: Sending) => {
    const { visitor, tab } = one;
    const { width, height } = visitor.device;
    const body = {
      site,
      tab,
      sent_at: Date.now(),
      visible: true,
      country: visitor.country,
      user_agent: visitor.device.user_agent,
      ip: visitor.ip,
      context: {
        screen_width: width,
        screen_height: height,
        viewport_width: width,
        viewport_height: height,
        language: "en",
      },
      events: one.waiting,
    };
    one.waiting = [];
    sender.send({ body });
  };

  while (!stopped && elapsed() < seconds * 1000) {
    const due = Math.floor(Math.min(elapsed() / 1000, seconds) * rate - made);
    for (let left = sender.open < MOST_OPEN ? due : 0; left > 0; left--) {
      const next = stream.next();
      if (next.done) break;
      const { visitor, step } = next.value;
      const one = senders.get(visitor.id) ?? {
        visitor,
        tab: randomUUID(),
        seq: 0,
        waiting: [],
        since: 0,
      };
      senders.set(visitor.id, one);
      if (one.waiting.length === 0) one.since = elapsed();
      const { after, ...event } = step;
      one.waiting.push({ ...event, seq: one.seq++, timestamp: Date.now() });
      made++;
      const isLast = step === visitor.steps.at(-1);
      if (step.event_type === "pageview" || isLast) flush(one);
      if (isLast) senders.delete(visitor.id);
    }
    for (const one of senders.values()) {
      if (one.waiting.length > 0 && elapsed() - one.since > COMPANY_MS) flush(one);
    }
    if (elapsed() > (printed + 1) * 1000) {
      printed = Math.floor(elapsed() / 1000);
      console.log(progress(printed, senders.size, tally, sender.open));
    }
    await sleep(TICK_MS);
  }
  const lasted = elapsed() / 1000;
  for (const one of senders.values()) if (one.waiting.length > 0) flush(one);
  const patience = performance.now() + LAST_ANSWERS_MS;
  while (sender.open > 0 && performance.now() < patience) await sleep(TICK_MS);
  console.log(`\n${tally.summary(lasted)}`);
  if (sender.open > 0) console.log(`  not answered          ${sender.open} requests`);
  process.exit(tally.acknowledged > 0 && tally.errors.size === 0 && sender.open === 0 ? 0 : 1);
}

function progress(second: number, visitors: number, tally: Tally, open: number): string {
  const errors = [...tally.errors.values()].reduce((sum, count) => sum + count, 0);
  return `${String(second).padStart(4)} s  ${visitors} visitors, ${tally.sent} sent, ${tally.acknowledged} acknowledged, ${open} open${errors > 0 ? `, ${errors} errors` : ""}`;
}
