import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { SitePatch } from "../../../protocol/management.ts";
import { signIn } from "../../support/api.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { COMMAND_PATH, type Command, Faults } from "../faults.ts";
import { Ledger } from "./ledger.ts";

/** A site of a run, and what was sent for it. */
export interface ChaosSite {
  id: string;
  /** Stands in everything that is sent for the site, so that a row that strays is seen. */
  name: string;
  ledger: Ledger;
}

export interface ChaosServer extends TestServer {
  addSite(name: string, settings?: Pick<SitePatch, "leaves">): Promise<ChaosSite>;
  changeSite(site: ChaosSite, patch: SitePatch): Promise<void>;
}

/** What is done to the runtime while it runs; only of a server whose Worker is that of test/chaos/worker. */
export interface FaultyServer extends ChaosServer {
  /** Replaces the faults of a site; of everything without one. */
  faults(site: ChaosSite | null, faults: z.input<typeof Faults>): Promise<void>;
  command(command: Command): Promise<unknown>;
  /** Takes the site's object out of memory, its sockets stay. */
  evict(site: ChaosSite): Promise<void>;
  /** Runs the schedule as if it were that time. */
  cron(at: number): Promise<void>;
}

const NewSite = z.object({ data: z.object({ id: z.string() }) });

/** The product as `npm start` runs it. */
export async function startProduct(): Promise<ChaosServer> {
  return withSites(await startServer());
}

/** The same again after it ended, on its port and state folder. */
export async function restartProduct(server: ChaosServer): Promise<ChaosServer> {
  return withSites(await server.restart());
}

/** The product's Worker among faults. `release` changes its code and nothing that it does. */
export async function startFaulty({ from, release = "1" }: { from?: TestServer; release?: string } = {}) {
  const again = from && { state: from.state, port: Number(new URL(from.url).port) };
  const script = "test/chaos/support/serve-faulty.ts";
  return withFaults(await startServer({ ...again, script, env: { FAULTY_RELEASE: release } }));
}

function withSites(server: TestServer): ChaosServer {
  let cookie: Promise<string> | undefined;
  const write = async (method: string, path: string, body: object) => {
    cookie ??= signIn(server);
    const response = await fetch(`${server.url}/api/sites${path}`, {
      method,
      headers: { "content-type": "application/json", origin: server.url, cookie: await cookie },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`Writing a site: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    ...server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    async addSite(name, settings = {}) {
      const response = await write("POST", "", {
        name,
        domains: [`${name}-${randomUUID().slice(0, 8)}.example`],
        time_zone: zoneWithNoon(),
        rate_limit: 1_000_000,
        ...settings,
      });
      const { data } = NewSite.parse(await response.json());
      return { id: data.id, name, ledger: new Ledger() };
    },
    async changeSite(site, patch) {
      await write("PATCH", `/${site.id}`, patch);
    },
  };
}

function withFaults(server: TestServer): FaultyServer {
  const door = /Door (\S+)/.exec(server.logs())?.[1] ?? "";
  const post = async (url: string, body: unknown = null) => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response;
  };
  const command = async (what: Command): Promise<unknown> => (await post(server.url + COMMAND_PATH, what)).json();
  const sites = withSites(server);
  return {
    ...sites,
    [Symbol.asyncDispose]: () => sites[Symbol.asyncDispose](),
    command,
    async faults(site, faults) {
      await command({ do: "faults", ...(site && { site: site.id }), faults });
    },
    async evict(site) {
      await post(`${door}/evict?site=${site.id}`);
    },
    async cron(at) {
      await post(`${door}/cron?at=${at}`);
    },
  };
}

/** A zone in which it is about noon, so that no test runs over a midnight. */
function zoneWithNoon(): string {
  const hours = 12 - new Date().getUTCHours();
  if (hours === 0) return "UTC";
  // The names count westwards.
  return hours > 0 ? `Etc/GMT-${hours}` : `Etc/GMT+${-hours}`;
}
