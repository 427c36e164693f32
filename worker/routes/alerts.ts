import type { Context } from "hono";
import * as z from "zod";
import { defaultRule, rulesInForce, thresholdOf } from "../../durable-objects/site/model/alerts/rule";
import {
  ALERT_RULES,
  AlertInput,
  AlertPatch,
  type AlertRuleReply,
  type AlertSetup,
  DEFAULT_RULE,
} from "../../protocol/alerts";
import { mailerOf } from "../alerts/deliver";
import { refusedAddress } from "../alerts/webhook-address";
import { authorizeSite, mayDo } from "../auth/authorize";
import { rootMessage } from "../failure";
import { siteFacts } from "../ingest/site-facts";
import { callSite } from "../ingest/site-stub";
import { fail, ok } from "../reply";
import { type LogPlace, readLog } from "../store/alert-log";
import {
  addRule,
  changeRule,
  deleteRule,
  findRule,
  listRules,
  type StoredRule,
  siteOfRule,
} from "../store/alert-rules";
import { cursorOf, pageOf, writeCursor } from "./cursor";
import { readQuery } from "./query-of";
import { readJson } from "./read-json";
import type { Action, AppEnv, Handler, Principal, Route, SiteScope } from "./route";
import { siteScope } from "./scopes";

type C = Context<AppEnv>;

const missing = () => fail("not_found", "There is no such rule.");

/** A webhook's path is often a secret, and so is an address: who may only read sees where it goes, no more. */
function reply({ own_origin: _, webhook_secret, ...rule }: StoredRule, principal: Principal): AlertRuleReply {
  if (mayDo(principal, "manage")) return rule.webhook_url === null ? rule : { ...rule, webhook_secret };
  const host = URL.parse(rule.webhook_url ?? "")?.origin;
  return {
    ...rule,
    webhook_url: host === undefined ? null : `${host}/…`,
    email: rule.email === null ? null : `…${rule.email.slice(rule.email.indexOf("@"))}`,
  };
}

const list: Handler = async (c) => {
  const scope = siteScope(c);
  const rules = await listRules(c.env, scope);
  const setup: AlertSetup = { default_rule: shownDefault(c, rules), email_ready: mailerOf(c.env) !== null };
  return Response.json({ success: true, data: rules.map((rule) => reply(rule, scope.principal)), ...setup });
};

function shownDefault(c: C, own: readonly StoredRule[]): AlertSetup["default_rule"] {
  const inForce = own.map((rule) => ({ ...rule, cooldown_ms: rule.cooldown_s * 1_000, created_at: 0 }));
  const threshold = thresholdOf(c.env.ALERT_THRESHOLD);
  const common = rulesInForce(inForce, threshold).some(({ id }) => id === DEFAULT_RULE) && defaultRule(threshold);
  if (!common) return null;
  const { name, rule, level, cooldown_ms } = common;
  return { name, rule, level, cooldown_s: cooldown_ms / 1_000 };
}

const add: Handler = async (c) => {
  const input = await readJson(c, AlertInput);
  if (input instanceof Response) return input;
  const scope = await scopeOf(c, input.site, "manage");
  if (scope instanceof Response) return scope;
  const origin = ownOrigin(c);
  const wrong = wrongWebhook(input.webhook_url, [origin]);
  if (wrong) return wrong;
  const rule = await addRule(c.env, scope, input, origin, Date.now());
  if (!rule) return fail("conflict", `A site has at most ${ALERT_RULES} rules. Delete one that is no longer needed.`);
  await tellSite(c, scope);
  return ok(reply(rule, scope.principal), 201);
};

/** Runs what needs the rule of `:rule` and the right to do `action` at its site. */
function withRule(action: Action, handle: (c: C, scope: SiteScope, id: string) => Promise<Response>): Handler {
  return async (c) => {
    const id = c.req.param("rule") ?? "";
    const site = await siteOfRule(c.env, id);
    if (site === null) return missing();
    const scope = await scopeOf(c, site, action, missing);
    return scope instanceof Response ? scope : handle(c, scope, id);
  };
}

const one = withRule("read", async (c, scope, id) => {
  const rule = await findRule(c.env, scope, id);
  return rule ? ok(reply(rule, scope.principal)) : missing();
});

const change = withRule("manage", async (c, scope, id) => {
  const patch = await readJson(c, AlertPatch);
  if (patch instanceof Response) return patch;
  const origin = ownOrigin(c);
  const wrong = wrongWebhook(patch.webhook_url ?? null, [origin]);
  if (wrong) return wrong;
  const rule = await changeRule(c.env, scope, id, patch, origin);
  if (!rule) return missing();
  await tellSite(c, scope);
  return ok(reply(rule, scope.principal));
});

const remove = withRule("manage", async (c, scope, id) => {
  if (!(await deleteRule(c.env, scope, id))) return missing();
  await tellSite(c, scope);
  return new Response(null, { status: 204 });
});

/** The site, if the caller may do that there. The body names it, or the rule does, so the guard could not ask. */
async function scopeOf(
  c: C,
  site: string,
  action: Action,
  notFound = () => fail("not_found", "There is no such site."),
): Promise<SiteScope | Response> {
  const principal = c.get("principal");
  if (!principal) throw new Error("A route for those who are signed in ran without its guard.");
  const allowed = await authorizeSite(c.env, principal, site, action);
  if (allowed.ok) return allowed.scope;
  return allowed.code === "forbidden" ? fail("forbidden", "You may not do this.") : notFound();
}

const ownOrigin = (c: C) => new URL(c.req.url).origin;

function wrongWebhook(url: string | null, own: readonly string[]): Response | null {
  const refused = url === null ? null : refusedAddress(url, own);
  return refused === null ? null : fail("invalid", "Some fields are wrong.", { webhook_url: refused });
}

/** The site's object reads its rules anew. One that cannot be reached does so when the watchdog wakes it, within the hour. */
async function tellSite(c: C, { site }: SiteScope): Promise<void> {
  try {
    await callSite(c.env, site.id, (stub) => stub.alertRulesChanged(siteFacts(c.env, site)));
  } catch (error) {
    // The rule is saved, and the caller must not save it again.
    console.error(
      JSON.stringify({ level: "error", event: "rules_not_told", site: site.id, error: rootMessage(error) }),
    );
  }
}

const Place = z.tuple([z.number().int(), z.string()]).transform(([at, rule_id]): LogPlace => ({ at, rule_id }));

const LogQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Opaque: the place of the last alert of the page before. */
  cursor: cursorOf(Place).optional(),
});

/** Alerts of the site, newest first. */
const log: Handler = async (c) => {
  const query = readQuery(c, LogQuery);
  if (query instanceof Response) return query;
  const { limit, cursor: before = null } = query;
  // One more than asked for tells whether there is another page.
  const alerts = await readLog(c.env.DB, siteScope(c), before, limit + 1);
  const { page, last } = pageOf(alerts, limit);
  const next = last && writeCursor([Date.parse(last.at), last.rule_id] satisfies z.input<typeof Place>);
  return Response.json({ success: true, data: page, next_cursor: next });
};

const signedIn = { kind: "signed-in" } as const;
const read = { kind: "site", action: "read" } as const;

export const alertsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/alerts", access: read, handler: list },
  { method: "GET", path: "/api/alerts/log", access: read, handler: log },
  // These find the site themselves, in the body or by the rule, and ask whether the caller may.
  { method: "POST", path: "/api/alerts", access: signedIn, handler: add },
  { method: "GET", path: "/api/alerts/:rule", access: signedIn, handler: one },
  { method: "PATCH", path: "/api/alerts/:rule", access: signedIn, handler: change },
  { method: "DELETE", path: "/api/alerts/:rule", access: signedIn, handler: remove },
];
