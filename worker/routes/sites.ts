import type { Context } from "hono";
import * as z from "zod";
import { SiteInput, SitePatch } from "../../protocol/management";
import { matchesAddress } from "../ingest/address-match";
import { senderFacts } from "../ingest/sender-facts";
import { fail, ok } from "../reply";
import { hasGroup } from "../store/groups";
import { addSite, changeSite, deleteSite, listSites } from "../store/sites";
import { tellOrg } from "../tell-org";
import { readJson } from "./read-json";
import type { AppEnv, Handler, Route } from "./route";
import { orgScope, siteScope } from "./scopes";

type C = Context<AppEnv>;

const OneDomain = z.looseObject({ domain: z.string(), domains: z.undefined().optional() });

/** A site with one domain may be given by it alone, under the name by which a site answers it. */
function withDomains(body: unknown): unknown {
  const one = OneDomain.safeParse(body);
  return one.success ? { ...one.data, domains: [one.data.domain] } : body;
}

const list: Handler = async (c) => ok(await listSites(c.env, orgScope(c)));

const add: Handler = async (c) => {
  const input = await readJson(c, z.preprocess(withDomains, SiteInput));
  if (input instanceof Response) return input;
  const scope = orgScope(c);
  const wrong = await wrongFields(c, input, scope.org_id);
  if (wrong) return wrong;
  const site = await addSite(c.env, scope, input, Date.now());
  if (!site) return domainTaken();
  await tellOrg(c.env, scope.org_id);
  return ok(site, 201);
};

const one: Handler = (c) => ok(siteScope(c).site);

const change: Handler = async (c) => {
  const patch = await readJson(c, z.preprocess(withDomains, SitePatch));
  if (patch instanceof Response) return patch;
  const scope = siteScope(c);
  const wrong = await wrongFields(c, patch, scope.site.org_id);
  if (wrong) return wrong;
  const site = await changeSite(c.env, scope, patch);
  if (!site) return domainTaken();
  if (site.group_id !== scope.site.group_id) await tellOrg(c.env, site.org_id);
  return ok(site);
};

const remove: Handler = async (c) => {
  const scope = siteScope(c);
  await deleteSite(c.env, scope, Date.now());
  await tellOrg(c.env, scope.site.org_id);
  return new Response(null, { status: 204 });
};

/** What the schema cannot know: groups of others, and addresses that are none. */
async function wrongFields(c: C, { group_id, excluded_addresses = [] }: SitePatch, org_id: string) {
  const wrong = excluded_addresses.find((pattern) => !matchesAddress(pattern, pattern.split("/")[0] ?? ""));
  if (wrong !== undefined) {
    return fail("invalid", "Some fields are wrong.", { excluded_addresses: `${wrong} is no address and no network.` });
  }
  if (!group_id || (await hasGroup(c.env, org_id, group_id))) return null;
  return fail("invalid", "Some fields are wrong.", { group_id: "There is no such group." });
}

const domainTaken = () =>
  fail("conflict", "Another site has one of these domains.", { domains: "Another site has one of these." });

/** The caller's address as events from it would be told, and whether the site leaves them out. */
function ownAddress(c: C, excluded = siteScope(c).site.excluded_addresses) {
  const { address } = senderFacts(c.req.raw);
  return { address, ignored: excluded.some((pattern) => matchesAddress(pattern, address)) };
}

const showOwnAddress: Handler = (c) => ok(ownAddress(c));

const ignoreOwnAddress: Handler = async (c) => {
  const scope = siteScope(c);
  const { address, ignored } = ownAddress(c);
  if (ignored) return ok({ address, ignored });
  const site = await changeSite(c.env, scope, { excluded_addresses: [...scope.site.excluded_addresses, address] });
  return site ? ok(ownAddress(c, site.excluded_addresses)) : fail("not_found", "There is no such site.");
};

/** Takes the address itself off the list; a network that it lies in stays. */
const countOwnAddress: Handler = async (c) => {
  const scope = siteScope(c);
  const { address } = ownAddress(c);
  const excluded_addresses = scope.site.excluded_addresses.filter(
    (pattern) => pattern.includes("/") || !matchesAddress(pattern, address),
  );
  const site = await changeSite(c.env, scope, { excluded_addresses });
  return site ? ok(ownAddress(c, site.excluded_addresses)) : fail("not_found", "There is no such site.");
};

const OWN_ADDRESS = "/api/sites/:site/own-address";

export const sitesRoutes: readonly Route[] = [
  { method: "GET", path: "/api/sites", access: { kind: "org", action: "read" }, handler: list },
  { method: "POST", path: "/api/sites", access: { kind: "org", action: "manage" }, handler: add },
  { method: "GET", path: "/api/sites/:site", access: { kind: "site", action: "read" }, handler: one },
  { method: "PATCH", path: "/api/sites/:site", access: { kind: "site", action: "manage" }, handler: change },
  { method: "DELETE", path: "/api/sites/:site", access: { kind: "site", action: "manage" }, handler: remove },
  { method: "GET", path: OWN_ADDRESS, access: { kind: "site", action: "read" }, handler: showOwnAddress },
  { method: "POST", path: OWN_ADDRESS, access: { kind: "site", action: "manage" }, handler: ignoreOwnAddress },
  { method: "DELETE", path: OWN_ADDRESS, access: { kind: "site", action: "manage" }, handler: countOwnAddress },
];
