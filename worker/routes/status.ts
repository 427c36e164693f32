import type { Context } from "hono";
import * as z from "zod";
import { orgStub } from "../../durable-objects/org/stub";
import { RELAYS } from "../../protocol/limits";
import type { OrgStatus, SiteStatus } from "../../protocol/status";
import { PROTOCOL_VERSION, SUBPROTOCOL } from "../../protocol/version";
import type { Env } from "../env";
import { callSite, isUnavailable } from "../ingest/site-stub";
import { metricFamilies } from "../observe/metric-families";
import { readParts } from "../observe/parts";
import { PROMETHEUS_TYPE, prometheusText } from "../observe/prometheus";
import { requestCounts } from "../observe/request-meter";
import { allStreams } from "../observe/stream-meter";
import { sumStatuses } from "../observe/sum-statuses";
import { fail, ok } from "../reply";
import { readSites } from "../reports/read-sites";
import { listSites } from "../store/sites";
import type { AppEnv, Handler, OrgScope, Principal, Route } from "./route";
import { orgScope, sitesScope } from "./scopes";

type C = Context<AppEnv>;

const statusOf = (c: C) => (site: { id: string }) => callSite(c.env, site.id, (stub) => stub.status());

/** `GET /api/status`: whether all works, and each site's object. */
const status: Handler = async (c) => {
  const { sites } = sitesScope(c);
  const { read, failed, left_out } = await readSites(
    sites.map(({ site }) => site),
    statusOf(c),
  );
  if (read.length === 0 && failed.length > 0) {
    return fail("unavailable", "None of the sites could be read. Try again.", undefined, { "Retry-After": "5" });
  }
  const open = (kind: string) => read.reduce((sum, { value }) => sum + (value.sockets[kind]?.open ?? 0), 0);
  return ok({
    server: { status: failed.length > 0 ? "partly reachable" : "healthy", protocol: PROTOCOL_VERSION },
    websocket: {
      status: "open",
      path: "/api/realtime/ws",
      subprotocol: SUBPROTOCOL,
      viewers: open("viewer"),
      sockets: read.reduce(
        (sum, { value }) => sum + Object.values(value.sockets).reduce((all, s) => all + s.open, 0),
        0,
      ),
    },
    sites: read.map(({ site, value }) => ({ site: site.id, name: site.name, ...statusReply(value) })),
    partial: failed.length + left_out > 0,
    failed,
    left_out,
    generated_at: new Date().toISOString(),
  });
};

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** Times as ISO 8601; what is left is as the object says it. */
function statusReply({ at, since, ingest, outbox, flush, drops, ...rest }: SiteStatus) {
  return {
    at: iso(at),
    since: iso(since),
    ingest: { ...ingest, last_event_at: iso(ingest.last_event_at) },
    outbox: { ...outbox, oldest_at: iso(outbox.oldest_at) },
    flush: { ...flush, last_at: iso(flush.last_at), retry_at: iso(flush.retry_at) },
    drops: drops.map((drop) => ({ ...drop, last_at: iso(drop.last_at) })),
    ...rest,
  };
}

/** `GET /metrics`: of the sites that the caller may read, or with `?site=` of that one; and of the installation. */
const metrics: Handler = async (c) => {
  const scope = orgScope(c);
  const all = await listSites(c.env, scope);
  const id = c.req.query("site");
  const chosen = id ? all.filter((site) => site.id === id) : all;
  if (id && chosen.length === 0) return fail("not_found", "There is no such site.");
  const whole = seesInstallation(scope.principal);
  const [{ read, failed, left_out }, org, parts, d1] = await Promise.all([
    readSites(chosen, statusOf(c)),
    id || isConfined(scope.principal) ? null : orgStatus(c.env, scope),
    whole ? readParts(c.env) : null,
    whole ? d1Facts(c.env) : null,
  ]);
  const sites = read.map(({ site, value }) => ({ site: site.id, status: value }));
  const now = Date.now();
  const isolate = {
    requests: whole ? requestCounts() : null,
    streams: whole ? allStreams() : new Map<string, never>(),
  };
  const families = metricFamilies({ now, sites, failed, left_out, org, parts, d1, ...isolate });
  return new Response(prometheusText(families), { headers: { "Content-Type": PROMETHEUS_TYPE } });
};

const isConfined = (principal: Principal) => principal.kind === "key" && principal.site_id !== null;

/** Its size, load and parts are for who runs it: owners, admins and the keys they made for all sites. */
const seesInstallation = (principal: Principal) =>
  principal.kind === "key" ? !isConfined(principal) : principal.role === "owner" || principal.role === "admin";

/** Of all of the organization's objects that hold somebody, as one; none is woken that no viewer came to. */
async function orgStatus(env: Env, { org_id }: OrgScope): Promise<OrgStatus | null> {
  const statuses: OrgStatus[] = [];
  try {
    for (let relay = 0; relay <= RELAYS && (statuses.at(-1)?.full ?? true); relay++) {
      statuses.push(await orgStub(env, org_id, relay).status());
    }
  } catch (error) {
    if (isUnavailable(error)) return null;
    throw error;
  }
  return sumStatuses(statuses);
}

const Tables = z.array(z.object({ count: z.number() })).min(1);

async function d1Facts(env: Env) {
  try {
    const { results, meta } = await env.DB.prepare(
      "SELECT count(*) AS count FROM sqlite_master WHERE type = 'table' AND name GLOB 'events_[0-9]*'",
    ).run();
    return { bytes: meta.size_after ?? null, event_tables: Tables.parse(results)[0]?.count ?? 0 };
  } catch {
    // D1 is away, which `part_up` says.
    return null;
  }
}

export const statusRoutes: readonly Route[] = [
  { method: "GET", path: "/api/status", access: { kind: "sites", action: "read" }, handler: status },
  { method: "GET", path: "/metrics", access: { kind: "org", action: "read" }, handler: metrics },
];
