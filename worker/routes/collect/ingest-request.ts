import type { Context } from "hono";
import * as z from "zod";
import { DROPPED_HEADER, type DropReason } from "../../../protocol/drop-reasons";
import type { IngestOutcome } from "../../../protocol/ingest";
import { BODY_BYTES_BROWSER, BODY_BYTES_KEY } from "../../../protocol/limits";
import type { Site } from "../../../protocol/management";
import type { RefusalCode } from "../../../protocol/refusals";
import { ingestPrincipal } from "../../auth/ingest-principal";
import { readBody } from "../../ingest/body";
import { type LeftOut, tellLeftOut } from "../../ingest/drop-tally";
import { fieldsOf } from "../../ingest/normalize-event";
import { readableByPages } from "../../ingest/readable-by-pages";
import { refusedBody, refusedFields } from "../../ingest/refused";
import { type SenderFacts, senderFacts } from "../../ingest/sender-facts";
import { siteMeant } from "../../ingest/site-meant";
import { fail } from "../../reply";
import { failed } from "../failed";
import type { AppEnv, Handler, Principal } from "../route";

export type C = Context<AppEnv>;

/** A handler of ingest, whose every reply can be read by the page that asked; `received_at` in milliseconds since 1970. */
export function collector(handle: (c: C, received_at: number) => Promise<Response>): Handler {
  return async (c) => {
    try {
      return readableByPages(c.req.raw, await handle(c, Date.now()));
    } catch (error) {
      // Here and not by the app, since the page has to read this reply too.
      return readableByPages(c.req.raw, failed(c, error));
    }
  };
}

/** `OPTIONS` of a route that a page of any origin may ask. */
export const preflight: Handler = (c) => {
  const response = new Response(null, { status: 204 });
  response.headers.set("Access-Control-Allow-Methods", "POST, GET");
  response.headers.set("Access-Control-Allow-Headers", "Content-Type, Authorization");
  response.headers.set("Access-Control-Max-Age", "86400");
  return readableByPages(c.req.raw, response);
};

/** What every ingest request begins with: who sends, how large it may be, what it says. A `Response` refuses it. */
export async function begin<T>(c: C, schema: z.ZodType<T>) {
  const facts = senderFacts(c.req.raw);
  const principal = await ingestPrincipal(c.req.raw, c.env, Date.now());
  if (principal === "unauthorized") return fail("unauthorized", "The key or token is not valid.");
  if (principal === "forbidden") return fail("forbidden", "This key may not send: it lacks the scope ingest.");
  const noted = (refused: LeftOut, named?: string) => noteRefused(c, { facts, principal }, named, refused);
  const most = principal ? BODY_BYTES_KEY : BODY_BYTES_BROWSER;
  const body = await readBody(c.req.raw, most);
  if (!body.ok) {
    noted(refusedBody(body.code, body.message, most));
    return fail(body.code, body.message);
  }
  let json: unknown;
  try {
    json = JSON.parse(body.text);
  } catch {
    // A SyntaxError is how the parser says that it is not JSON.
    const message = "The body is not JSON.";
    noted(refusedBody("unreadable", message, most));
    return fail("unreadable", message);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const fields = fieldsOf(parsed.error);
    noted(refusedFields(fields), SiteName.safeParse(json).data?.site);
    return fail("invalid", "Some fields are missing or wrong.", fields);
  }
  return { facts, principal, body, request: parsed.data };
}

const SiteName = z.object({ site: z.string() });

/** Tells the owner of a request that was refused, if it says which site it is for. The answer does not wait for it. */
export function noteRefused(
  c: C,
  { facts, principal }: { facts: SenderFacts; principal: Principal | null },
  named: string | undefined,
  refused: LeftOut,
): void {
  const at = Date.now();
  const told = siteFor(c, named, facts).then((site) => {
    if (site && maySend(principal, site)) tellLeftOut(c.env, c.executionCtx, site, [refused], at);
  });
  // D1 is away, and with it what is known of the site.
  c.executionCtx.waitUntil(told.catch(() => {}));
}

/** The site that a request names in its body or query, else the one of the page's origin; null where there is none. */
export const siteFor = (c: C, named: string | undefined, facts: SenderFacts) =>
  siteMeant(c.env, named ?? c.req.query("site"), facts);

/** True if the principal may send for the site; for a key of another tenant it does not exist. */
export function maySend(principal: Principal | null, site: Site): boolean {
  if (!principal) return true;
  if (principal.org_id !== site.org_id) return false;
  return principal.kind === "member" || principal.site_id === null || principal.site_id === site.id;
}

/** A reply of success, with the reason why something of it is not kept, if any. */
export function droppedReply(body: object, status: 200 | 201, reason: DropReason | null): Response {
  const response = Response.json(body, { status });
  if (reason) response.headers.set(DROPPED_HEADER, reason);
  return response;
}

/** What the object did not take, with the seconds to wait. */
export function refusedResult(result: IngestOutcome & { ok: false }): Response {
  const messages = {
    rate_limited: "Too many requests. Send it again later.",
    unavailable: "The site cannot take more right now. Send it again later.",
  } satisfies Partial<Record<RefusalCode, string>>;
  return fail(result.code, messages[result.code], undefined, { "Retry-After": String(result.retry_after_s) });
}
