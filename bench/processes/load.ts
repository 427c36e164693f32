import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { type Beacons, EVENTS_A_REQUEST, makeBeacons, type Shape } from "../beacons.ts";
import type { HttpReply } from "../http-reply.ts";
import { answerCalls } from "./answer-calls.ts";
import { Connection } from "./connection.ts";
import { monotonic } from "./monotonic.ts";

/** Sends beacons: as fast as they are answered, or at a fixed rate. */

const Target = z.object({
  url: z.string(),
  site: z.string(),
  shape: z.enum(["single", "batch"]),
  connections: z.number(),
});
const FloodArgs = Target.extend({ warm_up_ms: z.number(), ms: z.number() });
const PaceArgs = Target.extend({ rate: z.number(), ms: z.number() });

let runs = 0;

answerCalls({
  flood: (args) => flood(FloodArgs.parse(args)),
  pace: (args) => pace(PaceArgs.parse(args)),
});

/** One request after the other on each connection. Counts what was answered within `ms` after the warm-up. */
async function flood({ warm_up_ms, ms, ...target }: z.infer<typeof FloodArgs>) {
  const beacons = beaconsFor(target);
  const connections = await openAll(target);
  const check = checkReply(target.shape);
  const latencies: number[] = [];
  let all = 0;
  let ended = false;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const next = (connection: Connection) => {
    const sent = monotonic();
    connection.send(
      beacons.next(),
      (reply) => {
        all++;
        try {
          check(reply);
        } catch (error) {
          reject(error);
          return;
        }
        latencies.push(monotonic() - sent);
        if (!ended) next(connection);
      },
      reject,
    );
  };
  for (const connection of connections) next(connection);
  await Promise.race([sleep(warm_up_ms), failed]);
  latencies.length = 0;
  const cpu = process.cpuUsage();
  const from = monotonic();
  await Promise.race([sleep(ms), failed]);
  const lasted = monotonic() - from;
  const requests = latencies.length;
  const { user, system } = process.cpuUsage(cpu);
  const measured = latencies.slice(0, requests);
  ended = true;
  while (connections.some((connection) => connection.busy)) await Promise.race([sleep(5), failed]);
  for (const connection of connections) connection.close();
  return { requests, all_requests: all, ms: lasted, client_cpu_ms: (user + system) / 1_000, latencies: measured };
}

/**
 * `rate` requests a second, spread evenly, however long answers take. For each request in the order of the answers:
 * when it was due, and how many events had been answered with it.
 */
async function pace({ rate, ms, ...target }: z.infer<typeof PaceArgs>) {
  const beacons = beaconsFor(target);
  const free = await openAll(target);
  const connections = [...free];
  const check = checkReply(target.shape);
  const size = EVENTS_A_REQUEST[target.shape];
  const batches: { due: number; events: number }[] = [];
  const waiting: number[] = [];
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const sendWaiting = () => {
    while (waiting.length > 0 && free.length > 0) {
      const due = waiting.shift() ?? 0;
      const connection = free.shift();
      connection?.send(
        beacons.next(),
        (reply) => {
          try {
            check(reply);
          } catch (error) {
            reject(error);
            return;
          }
          batches.push({ due, events: (batches.length + 1) * size });
          free.push(connection);
          sendWaiting();
        },
        reject,
      );
    }
  };
  const from = monotonic();
  const total = Math.round((rate * ms) / 1_000);
  for (let made = 0; made < total; ) {
    for (; made < total && from + (made * 1_000) / rate <= monotonic(); made++)
      waiting.push(from + (made * 1_000) / rate);
    sendWaiting();
    await Promise.race([sleep(1), failed]);
  }
  while (batches.length < total) await Promise.race([sleep(5), failed]);
  for (const connection of connections) connection.close();
  return { batches };
}

function beaconsFor({ url, site, shape }: { url: string; site: string; shape: Shape }): Beacons {
  return makeBeacons(site, new URL(url).host, shape, runs++ % 256);
}

function openAll({ url, connections }: { url: string; connections: number }): Promise<Connection[]> {
  return Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
}

/** Throws unless every event was kept: a figure with refusals in it says nothing. */
function checkReply(shape: Shape): (reply: HttpReply) => void {
  const kept = `"count":${EVENTS_A_REQUEST[shape]},`;
  return ({ status, body }) => {
    if (status !== 201 || !body.includes(kept)) throw new Error(`A beacon was answered ${status}: ${body}`);
  };
}
