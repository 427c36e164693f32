import { createHash, randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { CLOSE } from "../../protocol/close-codes.ts";
import { getJson, signIn, withKey } from "../support/api.ts";
import { d1File } from "../support/d1-file.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** As an agency has them; most of them sleep. A read over HTTP asks the first two hundred. */
const SITES = 300;

const Report = z.object({
  at: z.number(),
  now: z.number(),
  connections: z.number(),
  active: z.number(),
  today: z.object({ page_views: z.number(), events: z.number() }),
  seconds: z.array(z.tuple([z.number(), z.number(), z.number()])),
});
const OrgSite = z.object({ site_id: z.string(), group_id: z.string().nullable(), report: Report.nullable() });
const Frame = z.object({
  type: z.string(),
  room: z.string().optional(),
  seq: z.number().optional(),
  data: z.looseObject({ sites: z.array(OrgSite).optional() }).optional(),
});
type OrgSite = z.infer<typeof OrgSite>;

let server: TestServer;
let org = "";
const group = "north";
const sites = Array.from({ length: SITES }, (_, i) => `agency${i}`);

beforeAll(async () => {
  server = await startServer();
  const me = z.object({ data: z.object({ organization: z.object({ id: z.string() }) }) });
  const cookie = await signIn(server);
  org = (await getJson(server, "/api/auth/me", me, { cookie })).data.organization.id;
  inD1((db) => {
    db.prepare("INSERT INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'North', 0)").run(group, org);
    const add = db.prepare(
      "INSERT INTO sites (id, org_id, group_id, name, domain, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const [i, id] of sites.entries()) add.run(id, org, i % 3 ? null : group, `Site ${i}`, `${id}.example`, i);
  });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Writes past the product. */
function inD1(write: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(d1File(server.state), { timeout: PATIENCE });
  try {
    db.exec("BEGIN");
    write(db);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

/** A ticket of the demo's owner, or of somebody in an organization of their own. */
function ticketOf(own?: { org: string; user: string }): string {
  const ticket = randomUUID();
  inD1((db) => {
    if (own) {
      db.prepare("INSERT INTO organizations (id, name, created_at) VALUES (?, 'Other', 0)").run(own.org);
      db.prepare("INSERT INTO users (id, email, created_at) VALUES (?, ?, 0)").run(own.user, `${own.user}@example.com`);
      db.prepare("INSERT INTO memberships (org_id, user_id, role, created_at) VALUES (?, ?, 'owner', 0)").run(
        own.org,
        own.user,
      );
    }
    const member = db.prepare("SELECT user_id FROM memberships WHERE org_id = ?").get(own?.org ?? org);
    const add =
      "INSERT INTO one_time_tokens (token_hash, purpose, user_id, org_id, expires_at) VALUES (?, 'ticket', ?, ?, ?)";
    const hash = createHash("sha256").update(ticket).digest("hex");
    db.prepare(add).run(hash, String(member?.["user_id"]), own?.org ?? org, Date.now() + PATIENCE);
  });
  return ticket;
}

/** A program's socket: keeps what it is told, and fails where a number of a room is missing or comes twice. */
async function connect(ticket: string, ...rooms: string[]) {
  const url = `${server.url.replace("http", "ws")}/api/realtime/ws?rooms=${rooms.join(",")}`;
  const socket = new WebSocket(url, ["footfall.v1", ticket]);
  const pictures = new Map<string, { seq: number; sites: Map<string, OrgSite> }>();
  const errors: unknown[] = [];
  const wrong: string[] = [];
  const texts: string[] = [];
  const closed = new Promise<number>((done) => socket.addEventListener("close", ({ code }) => done(code)));
  socket.addEventListener("message", ({ data }) => {
    texts.push(String(data));
    const { type, room = "", seq = 0, data: told } = Frame.parse(JSON.parse(String(data)));
    if (type === "error") errors.push(told);
    if (!told?.sites) return;
    const had = pictures.get(room);
    if (type === "delta" && seq !== (had?.seq ?? 0) + 1) wrong.push(`${room}: ${seq} after ${had?.seq}`);
    const known = type === "delta" ? (had?.sites ?? new Map()) : new Map<string, OrgSite>();
    for (const site of told.sites) known.set(site.site_id, site);
    pictures.set(room, { seq, sites: known });
  });
  await new Promise((done) => socket.addEventListener("open", done));
  const sum = (room: string) => {
    const reports = [...(pictures.get(room)?.sites.values() ?? [])].flatMap(({ report }) => report ?? []);
    const add = (of: (report: z.infer<typeof Report>) => number) => reports.reduce((total, one) => total + of(one), 0);
    return {
      now: add((r) => r.now),
      connections: add((r) => r.connections),
      active: add((r) => r.active),
      views: add((r) => r.today.page_views),
    };
  };
  return {
    socket,
    pictures,
    errors,
    wrong,
    texts,
    closed,
    sum,
    say: (message: object) => socket.send(JSON.stringify(message)),
  };
}

/** Waits until it holds. */
async function until(holds: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(JSON.stringify(what()));
    await wait(50);
  }
}

async function visit(site: string): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/track`, {
    method: "POST",
    headers: { ...withKey(server.key), "content-type": "application/json", "user-agent": "Mozilla/5.0 Firefox/140.0" },
    body: JSON.stringify({
      site,
      session_id: randomUUID(),
      events: [{ event_type: "pageview", page_url: "https://s.example/", timestamp: new Date().toISOString() }],
    }),
  });
  expect(response.status).toBe(201);
}

const Detailed = z.object({
  data: z.object({
    now: z.number(),
    connections: z.number(),
    summary: z.object({ total_active: z.number(), total_today: z.number() }),
  }),
});

async function rest(query: string) {
  const { data } = await getJson(server, `/api/analytics/detailed?${query}`, Detailed, withKey(server.key));
  return {
    now: data.now,
    connections: data.connections,
    active: data.summary.total_active,
    views: data.summary.total_today,
  };
}

/** Waits until what a socket was told is what REST says, which is asked anew: time itself changes both. Answers the numbers. */
async function agree(told: () => object, query: string) {
  let said = await rest(query);
  await until(
    async () => {
      if (JSON.stringify(told()) === JSON.stringify(said)) return true;
      said = await rest(query);
      return false;
    },
    () => [told(), said],
  );
  return said;
}

test("ROOM-2 300 sites on one socket, joined and left while events flow, equal to REST, also after kill -9", async () => {
  const [orgRoom, groupRoom] = [`org:${org}`, `group:${group}`];
  const watcher = await connect(ticketOf(), orgRoom);
  const mover = await connect(ticketOf());
  await until(
    () => watcher.pictures.get(orgRoom)?.sites.size === SITES + 1,
    () => watcher.pictures.get(orgRoom)?.sites.size,
  );
  const busy = sites.slice(0, 30);
  for (let round = 0; round < 10; round++) {
    mover.say({ type: round % 2 ? "unsubscribe" : "subscribe", rooms: [groupRoom, `site:${busy[round]}`] });
    await Promise.all(busy.map((site, i) => (i % (round + 1) === 0 ? visit(site) : null)));
  }
  mover.say({ type: "subscribe", rooms: [groupRoom] });
  const all = await agree(() => watcher.sum(orgRoom), `org=${org}`);
  expect(all.active).toBeGreaterThan(30);
  await agree(() => mover.sum(groupRoom), `group=${group}`);
  expect([watcher.wrong, mover.wrong, watcher.errors, mover.errors]).toEqual([[], [], [], []]);

  await server.kill9();
  server = await server.restart();
  const back = await connect(ticketOf(), orgRoom, groupRoom);
  for (const site of busy.slice(0, 5)) await visit(site);
  const after = await agree(() => back.sum(orgRoom), `org=${org}`);
  expect(after.active).toBe(all.active + 5);
  expect(back.pictures.get(orgRoom)?.seq).toBeGreaterThan(
    watcher.pictures.get(orgRoom)?.seq ?? Number.POSITIVE_INFINITY,
  );
  back.socket.close();
});

test("ROOM-3 another organization beside it hears and learns nothing of it", async () => {
  const other = { org: "othersorg", user: "otheruser" };
  const ours = await connect(ticketOf(), `org:${org}`);
  const theirs = await connect(ticketOf(other), "org:othersorg");
  theirs.say({
    type: "subscribe",
    rooms: [`org:${org}`, `group:${group}`, `site:${sites[0]}`, "site:nosuch", `heatmap:${org}`],
  });
  await until(
    () => ours.pictures.has(`org:${org}`),
    () => ours.texts,
  );
  // Where nobody was before.
  const quiet = sites.slice(-5);
  for (const site of quiet) await visit(site);
  const nowOf = (site: string) => ours.pictures.get(`org:${org}`)?.sites.get(site)?.report?.now;
  await until(
    () => quiet.every((site) => nowOf(site) === 1),
    () => quiet.map(nowOf),
  );
  await until(
    () => theirs.errors.length > 0,
    () => theirs.texts,
  );
  expect(theirs.errors).toEqual([expect.objectContaining({ code: "not_allowed" })]);
  expect(theirs.pictures.get("org:othersorg")?.sites.size).toBe(0);
  expect(theirs.texts.filter((text) => !text.includes('"error"')).join()).not.toContain(org);
  const begun = Date.now();
  const refused = await connect(ticketOf(), "org:othersorg");
  expect(await refused.closed).toBe(CLOSE.notAllowed);
  // A socket that hibernates would hold back its answer for ten seconds.
  expect(Date.now() - begun).toBeLessThan(5_000);
  for (const { socket } of [ours, theirs]) socket.close();
});
