import { expect, test } from "vitest";
import * as z from "zod";
import { BeaconEvent, TrackRequest } from "../protocol/beacon";
import { EVENTS_A_REQUEST, makeBeacons, REQUESTS_A_VISIT } from "./beacons";

function parse(request: Buffer) {
  const [head = "", body = ""] = request.toString().split("\r\n\r\n");
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(head.replaceAll("\r", ""))?.[1] ?? "";
  return { header, length: Buffer.byteLength(body), beacon: TrackRequest.parse(JSON.parse(body)) };
}

const Numbered = z.object({ seq: z.number() });

test.each(["single", "batch"] as const)("%s: whole requests that the protocol takes, none a repeat", (shape) => {
  const beacons = makeBeacons("demo", "127.0.0.1:1", shape, 3);
  const seen = new Set<string>();
  const visitors = new Map<string, number>();
  const count = 1_000 * REQUESTS_A_VISIT + 10;
  for (let made = 0; made < count; made++) {
    const { header, length, beacon } = parse(beacons.next());
    expect(header("Content-Length")).toBe(String(length));
    expect(beacon.events).toHaveLength(EVENTS_A_REQUEST[shape]);
    if (made % 1_000 === 0) for (const event of beacon.events) BeaconEvent.parse(event);
    const visitor = `${header("CF-Connecting-IP")} ${header("User-Agent")}`;
    visitors.set(visitor, (visitors.get(visitor) ?? 0) + 1);
    for (const event of beacon.events) seen.add(`${beacon.tab} ${Numbered.parse(event).seq}`);
  }
  expect(seen.size).toBe(count * EVENTS_A_REQUEST[shape]);
  // 500 visitors at a time, each for as many requests as a visit has.
  expect(visitors.size).toBe(1_010);
  expect(Math.max(...visitors.values())).toBe(REQUESTS_A_VISIT);
});

test("two runs share no tab", () => {
  const tabOf = (run: number) => parse(makeBeacons("demo", "127.0.0.1:1", "single", run).next()).beacon.tab;
  expect(tabOf(1)).not.toBe(tabOf(2));
});
