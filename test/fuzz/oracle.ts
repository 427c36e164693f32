import * as z from "zod";
import { REFUSAL_STATUS } from "../../protocol/refusals.ts";
import type { Answer, Ask } from "./client.ts";

/** What every answer has to be, whatever was asked. */

const CODES = Object.keys(REFUSAL_STATUS);
const fields = z.record(z.string(), z.string().min(1).max(300));
const errors = z.array(z.object({ index: z.number().int().min(0).max(99), code: z.enum(CODES), fields }));

const Refused = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({ code: z.enum(CODES), message: z.string().min(5).max(300), fields: fields.optional() }),
  errors: errors.optional(),
});

const count = z.number().int().min(0).max(100);
const session_id = z.string().max(128).nullable();
const stats = z.looseObject({}).optional();
const Kept = {
  "POST /api/v1/track": z.strictObject({
    message: z.literal("Events tracked successfully"),
    count,
    session_id,
    route: z.string().max(32).optional(),
    errors: errors.optional(),
  }),
  "POST /api/v1/sessions": z.strictObject({ session_id: z.uuid(), started_at: z.iso.datetime() }),
  "POST /api/events": z.strictObject({
    success: z.literal(true),
    message: z.literal("Event processed successfully"),
    data: z.strictObject({ session_id, count: count.optional(), current_stats: stats }),
    errors: errors.optional(),
  }),
} as const;
const SUCCESS: Record<string, number> = {
  "POST /api/v1/track": 201,
  "POST /api/v1/sessions": 201,
  "POST /api/events": 200,
  "GET /p.gif": 200,
};

/** Routes whose replies any page may read. */
const isIngest = (route: string) => route in SUCCESS;

/** Routes that answer something else than JSON. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  "GET /p.gif": "image/gif",
  "GET /badge.svg": "image/svg+xml",
  "GET /metrics": "text/plain",
  "GET /api/realtime/stats": "text/event-stream",
  "GET /api/realtime/issues": "text/event-stream",
  "GET /api/realtime/heatmap": "text/event-stream",
};

export interface Verdict {
  /** What is wrong with the answer. */
  complaints: string[];
  success: boolean;
  /** Events it says it kept; null where it does not say. */
  count: number | null;
}

/** Holds an answer to `route` (`METHOD /path`) against what is promised of all answers. */
export function judge(route: string, ask: Ask, answer: Answer): Verdict {
  const { status, headers } = answer;
  const complaints: string[] = [];
  const expect = (holds: boolean, complaint: string) => void (holds || complaints.push(complaint));

  expect(status < 500, `status ${status}`);
  expect(headers["x-content-type-options"] === "nosniff", "no nosniff");
  expect(headers["x-request-id"] !== undefined, "no request id");
  if (status === 429 || status === 503) expect(/^[1-9]\d*$/.test(headers["retry-after"] ?? ""), "no Retry-After");
  if (isIngest(route)) {
    const origin = Object.entries(ask.headers).find(([name]) => name.toLowerCase() === "origin")?.[1];
    expect(headers["access-control-allow-origin"] === (origin ?? "*"), "the page that asked cannot read it");
    expect(headers["access-control-allow-credentials"] === undefined, "credentials are allowed");
    const exposed = headers["access-control-expose-headers"] ?? "";
    expect(exposed.includes("X-Footfall-Dropped") && exposed.includes("Retry-After"), "its headers cannot be read");
    expect(headers["set-cookie"] === undefined, "a cookie is set");
    expect(headers["cache-control"] === "no-store", "it may be cached");
  }
  if (status === 204 && answer.text === "") return { complaints, success: true, count: null };
  const type = OTHER_TYPES[route];
  if (type !== undefined && status === 200) {
    expect(headers["content-type"]?.startsWith(type) ?? false, `not ${type}`);
    return { complaints, success: true, count: null };
  }

  expect(headers["content-type"]?.startsWith("application/json") ?? false, "not JSON by its type");
  const json = parseJson(answer.text);
  if (json === undefined) return { complaints: [...complaints, "not JSON"], success: false, count: null };
  if (status >= 400) {
    const refused = Refused.safeParse(json);
    expect(refused.success, `not an error body: ${refused.error?.message}`);
    const code = refused.data?.error.code;
    expect(REFUSAL_STATUS[code as keyof typeof REFUSAL_STATUS] === status, `code ${code} with status ${status}`);
    return { complaints, success: false, count: null };
  }
  if (!(route in Kept)) return { complaints, success: true, count: countOf(json) };
  expect(status === SUCCESS[route], `success with status ${status}`);
  const kept = Kept[route as keyof typeof Kept].safeParse(json);
  expect(kept.success, `not a success body: ${kept.error?.message}`);
  return { complaints, success: true, count: countOf(json) };
}

const Counted = z.union([
  z.object({ data: z.object({ applied: z.boolean(), page_views: z.number() }) }).transform((r) => r.data.page_views),
  z.object({ count: z.number() }).transform((reply) => reply.count),
  z.object({ data: z.object({ count: z.number() }) }).transform((reply) => reply.data.count),
]);
const countOf = (json: unknown): number | null => Counted.safeParse(json).data ?? null;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError is how the parser says that it is not JSON.
    return undefined;
  }
}
