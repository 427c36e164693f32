import type { Context } from "hono";
import { SiteInput, SitePatch } from "../../protocol/management";
import { shortId } from "../auth/random-token";
import { matchesAddress } from "../ingest/address-match";
import { senderFacts } from "../ingest/sender-facts";
import { readJson } from "../read-json";
import { fail, ok } from "../reply";
import { findGroup } from "../store/groups";
import { createSite, deleteSite, listSites, takenDomain, updateSite } from "../store/sites";
import type { AppEnv, Handler, Route } from "./route";
import { orgScope, siteScope } from "./scopes";

type C = Context<AppEnv>;

const list: Handler = async (c) => ok(await listSites(c.env, orgScope(c)));

const create: Handler = async (c) => {
  const body = await readJson(c, SiteInput);
  if (body instanceof Response) return body;
  const refused = await checkInput(c, body.data, null, orgScope(c).org_id);
  if (refused) return refused;
  return ok(await createSite(c.env, orgScope(c), shortId(), body.data, Date.now()), 201);
};

const read: Handler = (c) => ok(siteScope(c).site);

const update: Handler = async (c) => {
  const body = await readJson(c, SitePatch);
  if (body instanceof Response) return body;
  const scope = siteScope(c);
  const refused = await checkInput(c, body.data, scope.site.id, scope.site.org_id);
  if (refused) return refused;
  return ok(await updateSite(c.env, scope, body.data));
};

const remove: Handler = async (c) => {
  await deleteSite(c.env, siteScope(c), Date.now());
  return ok(null);
};

/** What the schema cannot know: hosts of other sites, groups of others, addresses that are none. */
async function checkInput(c: C, input: SitePatch, site_id: string | null, org_id: string): Promise<Response | null> {
  if (input.domains) {
    const taken = await takenDomain(c.env, input.domains, site_id);
    if (taken)
      return fail("conflict", "Another site has this domain.", { domains: `${taken} belongs to another site.` });
  }
  const wrong = input.excluded_addresses?.find((pattern) => !matchesAddress(pattern, pattern.split("/")[0] ?? ""));
  if (wrong !== undefined) {
    return fail("invalid", "An address is wrong.", { excluded_addresses: `${wrong} is no address and no network.` });
  }
  if (input.group_id && !(await findGroup(c.env, org_id, input.group_id))) {
    return fail("invalid", "There is no such group.", { group_id: "There is no such group." });
  }
  return null;
}

const ownAddress = (c: C) => senderFacts(c.req.raw).address;
const isIgnored = (patterns: readonly string[], address: string) => patterns.some((p) => matchesAddress(p, address));

const ignoredState: Handler = (c) => {
  const address = ownAddress(c);
  return ok({ address, ignored: isIgnored(siteScope(c).site.excluded_addresses, address) });
};

const ignore: Handler = async (c) => {
  const scope = siteScope(c);
  const address = ownAddress(c);
  const { excluded_addresses } = scope.site;
  if (!isIgnored(excluded_addresses, address)) {
    await updateSite(c.env, scope, { excluded_addresses: [...excluded_addresses, address] });
  }
  return ok({ address, ignored: true });
};

const heed: Handler = async (c) => {
  const scope = siteScope(c);
  const address = ownAddress(c);
  const rest = scope.site.excluded_addresses.filter((p) => p.includes("/") || !matchesAddress(p, address));
  await updateSite(c.env, scope, { excluded_addresses: rest });
  return ok({ address, ignored: isIgnored(rest, address) });
};

const site = (action: "read" | "manage") => ({ kind: "site", action }) as const;

export const sitesRoutes: readonly Route[] = [
  { method: "GET", path: "/api/sites", access: { kind: "org", action: "read" }, handler: list },
  { method: "POST", path: "/api/sites", access: { kind: "org", action: "manage" }, handler: create },
  { method: "GET", path: "/api/sites/:site", access: site("read"), handler: read },
  { method: "PATCH", path: "/api/sites/:site", access: site("manage"), handler: update },
  { method: "DELETE", path: "/api/sites/:site", access: site("manage"), handler: remove },
  { method: "GET", path: "/api/sites/:site/own-address", access: site("read"), handler: ignoredState },
  { method: "POST", path: "/api/sites/:site/own-address", access: site("manage"), handler: ignore },
  { method: "DELETE", path: "/api/sites/:site/own-address", access: site("manage"), handler: heed },
];
