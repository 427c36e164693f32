import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BeaconEvent, TrackRequest } from "../../protocol/beacon";
import { PATIENCE } from "../support/patience";

/** What one request said, as it arrived. */
export interface Arrival {
  body: Omit<TrackRequest, "events"> & { events: BeaconEvent[] };
  bytes: number;
  method: string;
  headers: IncomingMessage["headers"];
  /** False for one that was answered with an error, or not at all. */
  taken: boolean;
}

/** How to answer the next request: a status with headers, no answer at all, or one that waits until it is let go. */
export type Answer =
  | { status: number; headers?: Record<string, string> }
  | { status: number; after: Promise<void> }
  | "drop";

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * A web site and a collector in one: it serves the tracker's scripts and pages that carry it, records what arrives at
 * `/api/v1/track`, and answers as told. `stop` ends it.
 */
export async function startCollector(scripts: ReadonlyMap<string, string>) {
  const arrivals: Arrival[] = [];
  /** What a real collector would refuse, and why. */
  const invalid: string[] = [];
  const answers: Answer[] = [];
  const requested: string[] = [];
  const waiters = new Set<() => void>();
  const site = { attributes: 'data-site="demo" data-capture="pageviews"', head: "", body: "<h1>Page</h1>" };
  let otherwise: Answer = { status: 201 };

  const collect = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await readText(request);
    const answer = answers.shift() ?? otherwise;
    const body: Arrival["body"] = JSON.parse(text);
    for (const { error } of [
      TrackRequest.safeParse(body),
      ...body.events.map((event) => BeaconEvent.safeParse(event)),
    ]) {
      if (error) invalid.push(`${error.message} in ${text}`);
    }
    const taken = answer !== "drop" && answer.status < 300;
    arrivals.push({
      body,
      bytes: Buffer.byteLength(text),
      method: request.method ?? "",
      headers: request.headers,
      taken,
    });
    for (const wake of waiters) wake();
    if (answer === "drop") {
      request.socket.destroy();
      return;
    }
    if ("after" in answer) await answer.after;
    response.writeHead(answer.status, {
      "Content-Type": "application/json",
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "Retry-After",
      ...("headers" in answer ? answer.headers : {}),
    });
    response.end(JSON.stringify({ message: "Events tracked successfully", count: 1, session_id: null }));
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://collector.invalid");
    requested.push(`${request.method} ${pathname}`);
    if (pathname === "/api/v1/track") {
      collect(request, response).catch(() => response.destroy());
      return;
    }
    const script = scripts.get(pathname.slice(1));
    if (script !== undefined) {
      response.writeHead(200, { "Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*" }).end(script);
    } else if (/\.(png|js|pdf|ico)$/.test(pathname)) {
      response.writeHead(404).end();
    } else {
      response
        .writeHead(200, { "Content-Type": "text/html; charset=utf-8" })
        .end(
          `<!doctype html><title>${pathname}</title>${site.head}<script defer ${site.attributes} src="/t.js"></script>${site.body}`,
        );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const events = (type?: string): BeaconEvent[] =>
    arrivals.flatMap(({ body }) => body.events).filter((event) => type === undefined || event.event_type === type);

  const report = () =>
    arrivals
      .map(
        ({ body: { events, ...head }, taken }) =>
          `${taken ? "taken" : "refused"} ${JSON.stringify(head)}\n${events.map((event) => `    ${JSON.stringify(event)}`).join("\n")}`,
      )
      .join("\n") || "nothing";

  /** Waits until `found` gives something that is not false, looking again at each arrival. Else tells all that arrived. */
  const waitFor = <T>(what: string, found: () => T | undefined | false, timeout = PATIENCE): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const result = found();
        if (result === undefined || result === false) return;
        end();
        resolve(result);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`No ${what}. Arrived:\n${report()}`));
      }, timeout);
      const end = () => {
        clearTimeout(timer);
        waiters.delete(look);
      };
      waiters.add(look);
      look();
    });

  return {
    origin,
    site,
    arrivals,
    invalid,
    answers,
    requested,
    events,
    report,
    waitFor,
    /** The first event that fits, once it is there. */
    event: (type: string, fits: (event: BeaconEvent) => boolean = () => true) =>
      waitFor(`event ${type}`, () => events(type).find(fits)),
    /** The answer to every request that `answers` has none for. */
    answerAll: (answer: Answer) => {
      otherwise = answer;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Collector = Awaited<ReturnType<typeof startCollector>>;
