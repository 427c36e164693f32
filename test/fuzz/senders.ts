import { createHash, randomUUID } from "node:crypto";
import fc from "fast-check";
import { EVENT_TYPES } from "../../protocol/event.ts";
import { BODY_BYTES_BROWSER } from "../../protocol/limits.ts";
import type { Ask } from "./client.ts";
import { jsonText, Pairs } from "./json-text.ts";
import { bitten, hostilePiece, hostileQuery, hostileText, hostileValue } from "./values.ts";
import { AGENT, CANARY, type SiteName, type World } from "./world.ts";

/** What to send to each route that asks nobody who is there. */

export interface Sending {
  ask: Ask;
  /** Where its events go, if anywhere. */
  site: SiteName;
  /** Pages of the good events in it. */
  pages: string[];
  /** The envelope is good and nothing is dropped on purpose: it must succeed, and all the good events be kept. */
  keeps: boolean;
}
export type Plan = (world: World) => Sending;

const often = (weight: number) => fc.integer({ min: 0, max: 99 }).map((n) => n < weight);
const pool = (count: number) => Array.from({ length: count }, () => randomUUID());
const TABS = pool(12);
const SESSIONS = pool(12);
const USERS = ["u-1", "u-2", "\u0000", "__proto__", "a b", "ü"];

const changes = (fields: readonly string[], most: number) =>
  fc.array(
    fc.tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fields) }, { weight: 1, arbitrary: hostileText }),
      fc.oneof({ weight: 5, arbitrary: hostileValue }, { weight: 1, arbitrary: fc.constant(undefined) }),
    ),
    { maxLength: most },
  );

/** Fields in order, with changes over them; some of those stand beside the field that they change. */
function changed(fields: object, over: readonly (readonly [string, unknown])[]): unknown {
  const pairs: [string, unknown][] = Object.entries(fields);
  for (const [name, value] of over) {
    const had = pairs.find(([key]) => key === name);
    if (had && name.length % 2 === 0) had[1] = value;
    else if (had) pairs.push([name, value]);
    else pairs.unshift([name, value]);
  }
  return new Pairs(pairs);
}

const EVENT_FIELDS = (
  "event_id seq timestamp event_type name page_url title referrer engaged_ms scroll_depth target_element " +
  "target_selector target_tag target_id target_class viewport_x viewport_y screen_x scroll_y input_value " +
  "key_pressed mouse_button click_count event_data"
).split(" ");

type Build = (world: World, site: SiteName) => unknown;

const oddEvent: fc.Arbitrary<Build> = fc
  .record({
    event_type: fc.constantFrom(...EVENT_TYPES, "ping", "signup", "page_view", "MOUSEMOVE"),
    page: fc.nat(2_500),
    ago: fc.integer({ min: -400_000, max: 7_200_000 }),
    seq: fc.option(fc.nat(400), { nil: undefined }),
    over: changes(EVENT_FIELDS, 3),
  })
  .map(({ event_type, page, ago, seq, over }) => (world, site) => {
    const page_url = `${world.origin(site)}/odd/${page}?utm_source=s${page % 40}`;
    const typed = { input_value: CANARY.typed, event_data: { n: page } };
    const fields = { event_type, page_url, timestamp: Date.now() - ago, seq, ...(event_type === "input" && typed) };
    return changed(fields, over);
  });

/** Good events between others; `pages` takes those of the good ones. */
const mixture = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("good" as const) },
    { weight: 6, arbitrary: oddEvent },
    {
      weight: 1,
      arbitrary: hostileValue.map(
        (value): Build =>
          () =>
            value,
      ),
    },
  ),
  { minLength: 1, maxLength: 10 },
);

/** As much of a text as a header can carry: bytes, without controls. */
function headerSafe(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1").slice(0, 900);
  return bytes.replace(/[^\t\x20-\x7e\x80-\xff]/g, "");
}

const sender = fc.record({
  keyed: often(25),
  origin: fc.constantFrom("own", "own", "own", "own", "own", "none", "foreign", "odd"),
  agent: fc.nat(20),
  /** The platform sets it; a server of one's own may be asked without the platform. */
  address: fc.oneof(
    { weight: 1, arbitrary: fc.constant<string>(CANARY.address) },
    { weight: 19, arbitrary: fc.nat(20).map((n) => `2001:db8:${n}::77`) },
    { weight: 1, arbitrary: hostileText.map(headerSafe) },
  ),
  type: fc.constantFrom("text/plain", "application/json", "text/plain;charset=UTF-8"),
  more: fc.option(
    fc.tuple(fc.constantFrom("Accept-Language", "Referer", "Sec-CH-UA-Platform", "Cookie"), hostileText),
    {
      freq: 5,
    },
  ),
});
type Sender = typeof sender extends fc.Arbitrary<infer T> ? T : never;

function headersOf(world: World, site: SiteName, { keyed, origin, agent, address, type, more }: Sender) {
  const headers: Record<string, string> = {
    ...world.browser(site),
    ...(keyed && world.key()),
    ...(more && { [more[0]]: headerSafe(more[1]) }),
    "User-Agent": `${AGENT} v${agent}`,
    "CF-Connecting-IP": address,
    "Content-Type": type,
  };
  if (origin === "none" || (more?.[0] === "Referer" && origin !== "own")) delete headers.Origin;
  if (origin === "foreign") headers.Origin = "https://evil.example";
  if (origin === "odd") headers.Origin = "null";
  return headers;
}

const isWelcome = ({ keyed, origin, more }: Sender) =>
  keyed || origin === "own" || (origin === "none" && more?.[0] !== "Referer");

type Good = Pick<Sending, "pages" | "keeps">;
const NONE: Good = { pages: [], keeps: false };

function post(site: SiteName, path: string, headers: Record<string, string>, body: unknown, good: Good): Sending {
  const text = jsonText(body);
  const keeps = good.keeps && Buffer.byteLength(text) <= BODY_BYTES_BROWSER;
  return { site, ask: { method: "POST", path, headers, body: text }, pages: good.pages, keeps };
}

const get = (method: string, path: string, headers: Record<string, string>): Sending => ({
  site: "loose",
  ask: { method, path, headers },
  ...NONE,
});

const ENVELOPE_FIELDS =
  "site session_id tab route sent_at visitor user_id dnt visible context country user_agent ip events".split(" ");

const track: fc.Arbitrary<Plan> = fc
  .record({
    from: sender,
    site: fc.constantFrom<SiteName[]>("exact", "exact", "exact", "exact", "persistent"),
    who: fc.constantFrom("tab", "tab", "new", "session", "both", "dnt"),
    which: fc.nat(11),
    user: fc.option(fc.constantFrom(...USERS), { nil: undefined }),
    over: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: changes(ENVELOPE_FIELDS, 2) }),
    items: mixture,
  })
  .map(({ from, site, who, which, user, over, items }) => (world) => {
    const pages: string[] = [];
    const events = items.map((item) => (item === "good" ? goodView(world, site, pages) : item(world, site)));
    const envelope = {
      site: world.ids[site],
      ...((who === "tab" || who === "both") && { tab: TABS[which] }),
      ...(who === "new" && { tab: randomUUID() }),
      ...((who === "session" || who === "both") && { session_id: SESSIONS[which] }),
      ...(who === "dnt" && { dnt: true }),
      user_id: user,
      visitor: which % 2 === 0 ? SESSIONS[which] : undefined,
      ip: from.keyed ? CANARY.claimed_address : undefined,
      sent_at: which % 3 === 0 ? new Date().toISOString() : undefined,
      events,
    };
    const keeps = over.length === 0 && isWelcome(from);
    return post(site, "/api/v1/track", headersOf(world, site, from), changed(envelope, over), { pages, keeps });
  });

function goodView(world: World, site: SiteName, pages: string[]): object {
  const view = world.view(site);
  pages.push(view.page_url);
  return view;
}

const SIMPLE_FIELDS = "type page session_id timestamp event_id country user_id metadata events site".split(" ");

const simple: fc.Arbitrary<Plan> = fc
  .record({
    from: sender,
    single: often(25),
    items: fc.array(
      fc.record({
        good: often(30),
        which: fc.nat(40),
        over: changes(SIMPLE_FIELDS, 2),
        type: fc.constantFrom(...EVENT_TYPES),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ from, single, items }) => (world) => {
    const site = single ? "loose" : "exact";
    const pages: string[] = [];
    const events = items.map(({ good, which, over, type }) => {
      const own = { session_id: SESSIONS[which] ?? `visit ${which}\u0000`, metadata: { device: "mobile", n: which } };
      if (!good) return changed({ type, page: `/simple/${which}`, ...own }, over);
      const { page_url } = world.view(site);
      pages.push(page_url);
      return { type: "pageview", page: page_url, ...own };
    });
    const headers = headersOf(world, site, from);
    if (!single) {
      const keeps = isWelcome(from) && pages.length > 0;
      return post(site, "/api/events", headers, { site: world.ids[site], events }, { pages, keeps });
    }
    const first = events[0];
    const pairs = first instanceof Pairs ? first.pairs : Object.entries(first ?? {});
    const alone = new Pairs([...pairs, ["site", world.ids[site]]]);
    const own = first instanceof Pairs ? [] : pages.slice(0, 1);
    return post(site, "/api/events", headers, alone, { pages: own, keeps: isWelcome(from) && own.length > 0 });
  });

const OPENING_FIELDS = "site user_id page_url referrer user_agent device_type browser os context".split(" ");
const opening: fc.Arbitrary<Plan> = fc
  .record({ from: sender, over: changes(OPENING_FIELDS, 4) })
  .map(({ from, over }) => (world) => {
    const fields = { site: world.ids.loose, page_url: `${world.origin("loose")}/opened` };
    return post("loose", "/api/v1/sessions", headersOf(world, "loose", from), changed(fields, over), NONE);
  });

const pixel: fc.Arbitrary<Plan> = fc
  .record({ from: sender, good: often(40), page: hostilePiece, query: hostileQuery })
  .map(({ from, good, page, query }) => (world) => {
    const pages: string[] = [];
    if (good) goodView(world, "loose", pages);
    const headers = headersOf(world, "loose", { ...from, keyed: false });
    const wanted = good ? encodeURIComponent(pages[0] ?? "") : `${page}&${query}`;
    const path = `/p.gif?site=${world.ids.loose}&page=${wanted}`;
    return { ...get("GET", path, headers), pages, keeps: good && isWelcome({ ...from, keyed: false }) };
  });

const ROW_FIELDS = "at ip user_agent path referrer status".split(" ");
const importing: fc.Arbitrary<Plan> = fc
  .record({
    keyed: often(90),
    over: changes(["chunk", "lines", "rows", "site"], 1),
    rows: fc.array(fc.tuple(fc.nat(50), changes(ROW_FIELDS, 1)), { maxLength: 20 }),
    clean: often(60),
  })
  .map(({ keyed, over, rows, clean }) => (world) => {
    const list = rows.map(([n, odd]) => {
      const row = { at: Date.now() - n * 86_400_000, ip: `10.0.0.${n}`, user_agent: AGENT, path: `/old/${n}` };
      return clean ? row : changed(row, odd);
    });
    const body = { chunk: createHash("sha256").update(randomUUID()).digest("hex"), lines: 20, rows: list };
    const headers = { "Content-Type": "application/json", ...(keyed && world.key()) };
    const path = `/api/v1/import?site=${world.ids.import}`;
    return post("import", path, headers, clean ? body : changed(body, over), NONE);
  });

/** Any body for a route that signs in or sets up; none of them can succeed. */
const form = (path: string, fields: readonly string[]): fc.Arbitrary<Plan> =>
  fc.tuple(changes(fields, 4), often(50)).map(([over, own]) => (world) => {
    const headers = { "Content-Type": "application/json", ...(own && { Origin: world.server.url }) };
    return post("loose", path, headers, changed({}, over), NONE);
  });

/** A read with any query and headers. */
const look = (path: string): fc.Arbitrary<Plan> =>
  fc.tuple(hostileQuery, hostileText, hostileText).map(([query, language, cookie]) => () => {
    const headers = { "Accept-Language": headerSafe(language), Cookie: `footfall_session=${headerSafe(cookie)}` };
    return get("GET", `${path}?${query}`, headers);
  });

const preflight = (path: string): fc.Arbitrary<Plan> =>
  fc.tuple(hostileText, hostileText).map(([origin, wanted]) => () => {
    const headers = { Origin: headerSafe(origin) || "null", "Access-Control-Request-Headers": headerSafe(wanted) };
    return get("OPTIONS", path, headers);
  });

/** Bytes of a plan's body, changed; its good events are none then. */
const byBytes = (plan: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> =>
  fc.tuple(plan, bitten).map(([made, bite]) => (world) => {
    const { ask, site } = made(world);
    return { site, ask: { ...ask, body: bite(Buffer.from(ask.body ?? "")) }, ...NONE };
  });

/** How often, and what: one entry for each public route. */
export const SENDERS: Readonly<Record<string, readonly (readonly [weight: number, plan: fc.Arbitrary<Plan>])[]>> = {
  "POST /api/v1/track": [
    [40, track],
    [12, byBytes(track)],
  ],
  "POST /api/events": [
    [20, simple],
    [6, byBytes(simple)],
  ],
  "POST /api/v1/sessions": [
    [7, opening],
    [3, byBytes(opening)],
  ],
  "GET /p.gif": [[5, pixel]],
  "POST /api/v1/import": [
    [2, importing],
    [1, byBytes(importing)],
  ],
  "GET /api/v1/import": [[1, look("/api/v1/import")]],
  "OPTIONS /api/v1/track": [[1, preflight("/api/v1/track")]],
  "OPTIONS /api/v1/sessions": [[1, preflight("/api/v1/sessions")]],
  "OPTIONS /api/events": [[1, preflight("/api/events")]],
  "POST /api/auth/login": [[1, form("/api/auth/login", ["email", "password"])]],
  "POST /api/auth/link": [[1, form("/api/auth/link", ["token"])]],
  "POST /api/auth/logout": [[1, form("/api/auth/logout", ["x"])]],
  "POST /api/setup": [[1, form("/api/setup", ["setup_token", "organization", "email", "password"])]],
  "GET /api/setup": [[1, look("/api/setup")]],
  "GET /api/realtime/ws": [[1, look("/api/realtime/ws")]],
  "GET /api/v1/live": [[1, look("/api/v1/live")]],
  // Without a site that shows its counter: a stream does not end.
  "GET /events": [[1, look("/events")]],
  "POST /events": [[1, form("/events?site=demo", ["stream"])]],
  "GET /counter.json": [[1, look("/counter.json")]],
  "GET /badge.svg": [[1, look("/badge.svg")]],
  "GET /health": [[1, look("/health")]],
  "GET /health/ready": [[1, look("/health/ready")]],
};

export interface TableRoute {
  method: string;
  path: string;
  access: { kind: string };
}

export interface Shot {
  route: string;
  plan: Plan;
}

const sent = (method: string, { ask, ...rest }: Sending): Sending => ({ ...rest, ask: { ...ask, method } });

/** A request for a route that asks who is there, of a key that may only read: parameters, query and body at will. */
const guarded = (method: string, path: string): fc.Arbitrary<Plan> =>
  fc
    .tuple(fc.array(hostilePiece, { minLength: 2, maxLength: 2 }), hostileQuery, hostileValue, often(50))
    .map(([pieces, query, body, own]) => (world) => {
      const names = path.replace(/:(\w+)/g, (_, name) =>
        own && name === "site" ? world.ids.exact : (pieces.pop() ?? "x"),
      );
      const headers = { "Content-Type": "application/json", ...world.key() };
      const whole = `${names}?${own ? `site=${world.ids.exact}&` : ""}${query}`;
      return method === "GET" ? get(method, whole, headers) : sent(method, post("loose", whole, headers, body, NONE));
    });

/** Bodies that these routes take; their other routes take none. */
const INPUTS: Readonly<Record<string, object>> = {
  "/api/sites": {
    name: "Site",
    domains: ["managed.example"],
    time_zone: "UTC",
    rate_limit: 5,
    excluded_paths: ["/x*"],
  },
  "/api/groups": { name: "Group" },
  "/api/keys": { name: "Key", scopes: ["read"], site_id: null },
};

/** A change by the owner, of what is asked for with fields at will. */
const managing = (method: string, path: string): fc.Arbitrary<Plan> => {
  const input = Object.entries(INPUTS).find(([start]) => path.startsWith(start))?.[1] ?? {};
  return fc
    .tuple(
      changes([...Object.keys(input), "identity", "group_id", "excluded_addresses", "public_counter"], 2),
      hostilePiece,
    )
    .map(([over, piece]) => (world) => {
      const target = path.replace(/:(\w+)/g, (_, name) => (name === "site" ? world.ids.managed : piece));
      const headers = { "Content-Type": "application/json", Cookie: world.cookie, Origin: world.server.url };
      return sent(method, post("managed", target, headers, changed(input, over), NONE));
    });
};

/** What a beacon would say, for a visitor's socket. */
export const anyBeacon: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 4, arbitrary: track },
  { weight: 1, arbitrary: byBytes(track) },
);

/** One request of any route, by weight. */
export function anyRequest(table: readonly TableRoute[]): fc.Arbitrary<Shot> {
  const open = Object.entries(SENDERS).flatMap(([route, ways]) =>
    ways.map(([weight, plan]) => ({ weight: weight * 4, arbitrary: plan.map((made) => ({ route, plan: made })) })),
  );
  const closed = table.flatMap(({ method, path, access }) => {
    if (access.kind === "public") return [];
    const route = `${method} ${path}`;
    const ways = [guarded(method, path)];
    if (method === "POST" || method === "PATCH") ways.push(managing(method, path));
    return ways.map((way) => ({ weight: 1, arbitrary: way.map((made) => ({ route, plan: made })) }));
  });
  return fc.oneof(...open, ...closed);
}
