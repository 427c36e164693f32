import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { Sender } from "./sender";
import { percentile, Tally } from "./tally";

let server: Server;
afterEach(() => server.close());

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: object;
}

/** A server that gives these answers in turn, the last one for ever; notes bodies and how many requests were open at once. */
async function answering(...answers: [Answer, ...Answer[]]) {
  const bodies: string[] = [];
  let open = 0;
  let mostOpen = 0;
  server = createServer(async (request, response) => {
    mostOpen = Math.max(mostOpen, ++open);
    bodies.push((await request.setEncoding("utf8").toArray()).join(""));
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? answers[0];
    open--;
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, bodies, mostOpen: () => mostOpen };
}

async function send(url: string, batches: unknown[][], most = 4): Promise<Tally> {
  const tally = new Tally();
  const sender = new Sender(url, "ff_x_y", tally, most);
  for (const events of batches) sender.send({ body: { events } });
  await expect.poll(() => sender.open).toBe(0);
  return tally;
}

test("what is answered 2xx is acknowledged, the rest is told by reason", async () => {
  const { url } = await answering({
    status: 201,
    body: { count: 1, errors: [{ code: "invalid" }] },
    headers: { "x-footfall-dropped": "bot" },
  });
  const tally = await send(url, [[{}, {}, {}]]);
  expect(tally).toMatchObject({ sent: 3, acknowledged: 1, requests: 1, retries: 0 });
  expect([...tally.dropped]).toEqual([["bot", 1]]);
  expect([...tally.errors]).toEqual([["invalid", 1]]);
});

test.each([429, 503])("after %i the same body is sent again", async (status) => {
  const { url, bodies } = await answering(
    { status, headers: { "retry-after": "0" } },
    { status: 201, body: { count: 1 } },
  );
  const tally = await send(url, [[{ event_id: "a" }]]);
  expect(tally).toMatchObject({ sent: 1, acknowledged: 1, requests: 2, retries: 1 });
  expect(bodies[1]).toBe(bodies[0]);
});

test("after 400 it is not sent again", async () => {
  const { url } = await answering({ status: 400 });
  const tally = await send(url, [[{}, {}]]);
  expect(tally).toMatchObject({ sent: 2, acknowledged: 0, requests: 1 });
  expect([...tally.errors]).toEqual([["400", 2]]);
});

test("no more requests are open than allowed", async () => {
  const { url, mostOpen } = await answering({ status: 201, body: { count: 1 } });
  const tally = await send(
    url,
    Array.from({ length: 30 }, () => [{}]),
    3,
  );
  expect(tally.acknowledged).toBe(30);
  expect(mostOpen()).toBeLessThanOrEqual(3);
});

test.each([
  [[], 0.5, null],
  [[5], 0.99, 5],
  [[3, 1, 2, 4], 0.5, 2],
  [[3, 1, 2, 4], 0.95, 4],
  [[10, 9], 0.5, 9],
])("percentile of %j at %d is %s", (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});
