import { Buffer } from "node:buffer";
import type { Context } from "hono";
import { BODY_BYTES_KEY } from "../../protocol/limits";
import { ingestPrincipal } from "../auth/ingest-principal";
import { authorizeImport } from "../import/authorize-import";
import { importChunk } from "../import/import-chunk";
import { AHEAD, ImportRequest } from "../import/import-request";
import { shortChunks } from "../import/import-state";
import { readBody } from "../ingest/body";
import { fieldsOf } from "../ingest/normalize-event";
import { rateClaim } from "../ingest/rate-claim";
import { siteFacts } from "../ingest/site-facts";
import { callSite } from "../ingest/site-stub";
import { fail, ok } from "../reply";
import { d1Database } from "../reports/d1-database";
import type { AppEnv, Handler, Principal, Route, SiteScope } from "./route";

type C = Context<AppEnv>;

/** Browsers may not import, so the guard of readers is of no use here: a key of scope `ingest` is. */
function importer(handle: (c: C, scope: SiteScope) => Promise<Response>): Handler {
  return async (c) => {
    const principal = await ingestPrincipal(c.req.raw, c.env, Date.now());
    if (principal === null || principal === "unauthorized") {
      return fail("unauthorized", "Send a valid key of scope ingest.");
    }
    if (principal === "forbidden") return fail("forbidden", "This key may not import: it lacks the scope ingest.");
    const site_id = c.req.query("site") ?? "";
    if (site_id === "") return fail("invalid", "Say which site.", { site: "`site` is needed." });
    const allowed = await authorizeImport(c.env, principal, site_id);
    if (allowed.ok) return (await overRate(c, principal, allowed.scope)) ?? handle(c, allowed.scope);
    return allowed.code === "not_found"
      ? fail("not_found", "There is no such site.")
      : fail("forbidden", "Your role does not allow this.");
  };
}

/** The reply to a request beyond the key's rate, which is that of its other requests to the site; else null. */
async function overRate(c: C, principal: Principal, { site }: SiteScope): Promise<Response | null> {
  const rate = rateClaim(principal, "", "events");
  const wait_s = await callSite(c.env, site.id, (stub) => stub.takeRate(siteFacts(c.env, site), rate, Date.now()));
  if (wait_s === 0) return null;
  // A body that is left unread breaks the connection before the reply is read.
  await c.req.raw.body?.cancel();
  return fail("rate_limited", "Too many requests. Send it again later.", undefined, { "Retry-After": String(wait_s) });
}

const addChunk = importer(async (c, scope) => {
  const body = await readBody(c.req.raw, BODY_BYTES_KEY);
  if (!body.ok) return fail(body.code, body.message);
  const json = parseJson(body.text);
  if (!json.ok) return fail("unreadable", "The body is not JSON.");
  const request = ImportRequest.safeParse(json.value);
  if (!request.success) return fail("invalid", "Some fields are missing or wrong.", fieldsOf(request.error));
  const now = Date.now();
  const future = request.data.rows.findIndex(({ at }) => at > now + AHEAD);
  if (future >= 0) return fail("invalid", "Some fields are wrong.", { [`rows.${future}.at`]: "Lies in the future." });
  const importing = {
    db: d1Database(c.env.DB),
    scope,
    session_timeout_ms: siteFacts(c.env, scope.site).session_timeout_ms,
    now,
    new_salt: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex"),
  };
  const reply = await importChunk(importing, request.data);
  if (reply) return ok(reply);
  return fail("unavailable", "Others are importing into this site. Send it again.", undefined, { "Retry-After": "1" });
});

const listShortChunks = importer(async (c, scope) => ok(await shortChunks(d1Database(c.env.DB), scope)));

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // A SyntaxError is how the parser says that it is not JSON.
    return { ok: false };
  }
}

export const importRoutes: readonly Route[] = [
  { method: "POST", path: "/api/v1/import", access: { kind: "public" }, handler: addChunk },
  { method: "GET", path: "/api/v1/import", access: { kind: "public" }, handler: listShortChunks },
];
