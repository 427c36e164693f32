import { randomUUID } from "node:crypto";
import * as z from "zod";
import { signIn } from "../support/api.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { type Answer, type Ask, Client } from "./client.ts";
import { judge, type Verdict } from "./oracle.ts";

/** What must be found in no file and no log. */
export const CANARY = {
  address: "203.0.113.77",
  claimed_address: "198.51.100.23",
  agent: "Kanarie/77.3",
  key: "ff_canary_nobodyEverMadeThisKey",
  typed: "canaryTyped4711",
  password: "canaryPassword4711",
} as const;

export const AGENT = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${CANARY.agent}`;

/** The sites that are sent to. `exact`: every event that is kept is told by a `count`. */
export const SITES = ["exact", "loose", "persistent", "import", "managed"] as const;
export type SiteName = (typeof SITES)[number];

const Ids = z.record(z.enum(SITES), z.string());

/** A running server with sites whose rate is not the test's subject, and the book of what it acknowledged. */
export class World {
  readonly server: TestServer;
  readonly client: Client;
  readonly cookie: string;
  readonly ids: Record<SiteName, string>;
  /** Sum of the counts of all replies, by site. */
  readonly acknowledged: Record<SiteName, number> = { exact: 0, loose: 0, persistent: 0, import: 0, managed: 0 };
  /** Pages of events that must be stored, each once. */
  readonly kept = new Set<string>();
  readonly statuses = new Map<number, number>();
  #views = 0;

  private constructor(server: TestServer, cookie: string, ids: Record<SiteName, string>, client: Client) {
    this.server = server;
    this.cookie = cookie;
    this.ids = ids;
    this.client = client;
  }

  static async start(): Promise<World> {
    const server = await startServer();
    const cookie = await signIn(server);
    const made = SITES.map(async (name) => [name, await makeSite(server, cookie, name)] as const);
    const ids = Ids.parse(Object.fromEntries(await Promise.all(made)));
    return new World(server, cookie, ids, new Client(server.url, 16));
  }

  origin(site: SiteName): string {
    return `https://${site}.example`;
  }

  /** What a person's browser on the site sends along. */
  browser(site: SiteName): Record<string, string> {
    return {
      Origin: this.origin(site),
      "User-Agent": AGENT,
      "CF-Connecting-IP": CANARY.address,
      "Content-Type": "text/plain;charset=UTF-8",
      "Accept-Language": "en",
    };
  }

  key(): Record<string, string> {
    return { Authorization: `Bearer ${this.server.key}` };
  }

  /** A page view of a page that no other has. */
  view(site: SiteName = "exact", more: object = {}): { page_url: string; [field: string]: unknown } {
    return {
      event_type: "pageview",
      page_url: `${this.origin(site)}/page/${this.#views++}`,
      timestamp: new Date().toISOString(),
      event_id: randomUUID(),
      ...more,
    };
  }

  /** Sends it and judges the answer; what it acknowledged is in the book. */
  async ask(route: string, site: SiteName, ask: Ask): Promise<{ answer: Answer; verdict: Verdict }> {
    const answer = await this.client.send(ask);
    const verdict = judge(route, ask, answer);
    this.acknowledged[site] += verdict.count ?? 0;
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    return { answer, verdict };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.server[Symbol.asyncDispose]();
  }
}

const Made = z.object({ data: z.object({ id: z.string() }) });

async function makeSite({ url }: TestServer, cookie: string, name: SiteName): Promise<string> {
  const headers = { "content-type": "application/json", origin: url, cookie };
  const ask = async (path: string, method: string, body: object) => {
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return Made.parse(await response.json()).data.id;
  };
  const identity = name === "persistent" ? "persistent" : "daily";
  const id = await ask("/api/sites", "POST", { name, domains: [`${name}.example`], identity });
  return ask(`/api/sites/${id}`, "PATCH", { rate_limit: 1_000_000 });
}
