import * as z from "zod";
import { authorizeSite } from "../auth/authorize";
import { fail } from "../reply";
import { type AuditPlace, readAudit } from "../store/audit";
import { pageOf } from "./cursor";
import { readQuery } from "./query-of";
import type { Handler, Route } from "./route";
import { orgScope } from "./scopes";

const moment = z.iso.datetime({ offset: true });

/** A time, or the place of a line: its time and, behind a comma, its id. */
const Place = z
  .string()
  .max(200)
  .transform((text, context): AuditPlace => {
    const [at = "", id = ""] = text.split(/,(.*)/s);
    if (!moment.safeParse(at).success) {
      context.addIssue({ code: "custom", message: "A time in ISO 8601, or `next_before` of the page before." });
      return z.NEVER;
    }
    return { at: Date.parse(at), id };
  });

const AuditQuery = z.object({
  site: z.string().optional(),
  before: Place.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** What members did on the organization's dashboards, newest first; with `site`, on that site's alone. */
const list: Handler = async (c) => {
  const query = readQuery(c, AuditQuery);
  if (query instanceof Response) return query;
  const { site, before, limit } = query;
  const scope = orgScope(c);
  const one = site === undefined ? null : await authorizeSite(c.env, scope.principal, site, "manage");
  if (one && !one.ok) return fail("not_found", "There is no such site.");
  // One more than asked for tells whether there is another page.
  const lines = await readAudit(c.env.DB, scope, one?.scope ?? null, before ?? null, limit + 1);
  const { page, last } = pageOf(lines, limit);
  const next_before = last && `${last.at},${last.id}`;
  return Response.json({ success: true, data: page, next_before });
};

export const auditRoutes: readonly Route[] = [
  { method: "GET", path: "/api/audit", access: { kind: "org", action: "manage" }, handler: list },
];
