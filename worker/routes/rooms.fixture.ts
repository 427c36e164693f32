import { expect } from "vitest";
import type { Env } from "../env";
import { randomId } from "../store/random-id";
import { harness } from "../workers.fixture";

/** A frame as it comes, unread. */
export interface Received {
  type: string;
  room?: string;
  seq?: number;
  /** Looked into as a program of somebody else would. */
  data: any;
}

/** A socket that keeps its frames; `next` waits for one that fits among those not yet taken. */
export function listen(response: Response) {
  const socket = response.webSocket;
  if (!socket) throw new Error(`No socket: ${response.status}`);
  const frames: Received[] = [];
  const looking = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    frames.push(JSON.parse(String(data)));
    for (const look of [...looking]) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    socket.addEventListener("close", ({ code, reason }) => done({ code, reason }));
  });
  socket.accept();

  function next(fits: (frame: Received) => boolean, what = fits.toString()): Promise<Received> {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        looking.delete(look);
        failed(new Error(`No frame for ${what} among ${JSON.stringify(frames).slice(0, 3_000)}`));
      }, 60_000);
      const look = () => {
        const found = frames.find(fits);
        if (!found) return;
        clearTimeout(timer);
        looking.delete(look);
        done(found);
      };
      looking.add(look);
      look();
    });
  }

  const say = (message: object) => socket.send(JSON.stringify(message));
  return {
    socket,
    frames,
    closed,
    say,
    next,
    /** Joins rooms and waits for their pictures, which come after everything that was sent before. */
    join: async (...rooms: string[]) => {
      const from = frames.length;
      say({ type: "subscribe", rooms });
      for (const room of rooms)
        await next((f) => frames.indexOf(f) >= from && f.type === "snapshot" && f.room === room);
    },
    /** Waits until everything that was sent before has been followed. */
    settle: async () => {
      const from = frames.length;
      say({ type: "subscribe", rooms: ["site:"] });
      await next((f) => frames.indexOf(f) >= from && f.type === "error" && f.data.rooms?.includes("site:"));
    },
    /** What a reader of the room knows after all its frames; fails where a number is missing or came twice. */
    picture: (room: string) => pictureOf(frames, room),
  };
}

export type Listener = ReturnType<typeof listen>;

function pictureOf(frames: readonly Received[], room: string) {
  let seq: number | null = null;
  const sites = new Map<string, Received["data"]>();
  for (const frame of frames.filter((f) => f.room === room && (f.type === "snapshot" || f.type === "delta"))) {
    if (frame.type === "snapshot") {
      if (seq !== null) expect(frame.seq).toBeGreaterThanOrEqual(seq);
      sites.clear();
    } else expect(frame.seq, `of a delta of ${room}`).toBe((seq ?? 0) + 1);
    seq = frame.seq ?? null;
    for (const site of frame.data.sites) sites.set(site.site_id, site);
  }
  return sites;
}

let tabs = 0;

/** Organizations with sites and groups, their visitors, and sockets to their rooms; `env` and `newContext` are the test runtime's. */
export function roomsWorld(env: Env, newContext: () => ExecutionContext) {
  const { ask, makeTenant, signIn } = harness(env, newContext);

  const orgObject = (org_id: string) => env.ORG.getByName(`org:${org_id}`);

  async function open(
    cookie: string,
    rooms: string[] = [],
    headers: Record<string, string> = { Cookie: cookie },
    more = "",
  ): Promise<Listener> {
    const path = `/api/realtime/ws?rooms=${rooms.join(",")}${more}`;
    return listen(await ask(path, { headers: { Upgrade: "websocket", ...headers } }));
  }

  /** A ticket as the dashboard gets one. */
  async function ticketBy(headers: Record<string, string>): Promise<string> {
    const reply = await ask("/api/realtime/ticket", { method: "POST", headers });
    return (await reply.json<{ data: { ticket: string } }>()).data.ticket;
  }

  async function addSite(org_id: string, group_id: string | null = null): Promise<string> {
    const id = randomId();
    await env.DB.prepare(
      "INSERT INTO sites (id, org_id, group_id, name, domain, domains, created_at) VALUES (?, ?, ?, 'More', ?, ?, 0)",
    )
      .bind(id, org_id, group_id, `${id}.example`, JSON.stringify([`${id}.example`]))
      .run();
    return id;
  }

  async function addGroup(org_id: string): Promise<string> {
    const id = randomId();
    await env.DB.prepare("INSERT INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'Group', 0)")
      .bind(id, org_id)
      .run();
    return id;
  }

  /** One page view of a visitor of its own, or several. */
  async function visit(site: string, count = 1, path = ""): Promise<void> {
    const tab = `00000000-0000-4000-8000-${String(++tabs).padStart(12, "0")}`;
    const events = Array.from({ length: count }, (_, seq) => ({
      seq,
      event_type: "pageview",
      page_url: `https://${site}.example/${path}${seq}`,
      timestamp: new Date().toISOString(),
    }));
    const headers = {
      Origin: `https://${site}.example`,
      "User-Agent": `Mozilla/5.0 (X11; Linux x86_64; rv:${tabs}.0) Gecko/20100101 Firefox/${tabs}.0`,
      "CF-Connecting-IP": `198.18.${tabs >> 8}.${tabs & 255}`,
      "Content-Type": "application/json",
    };
    const response = await ask("/api/v1/track", { method: "POST", headers, body: { site, tab, events } });
    expect(await response.json()).toMatchObject({ count });
  }

  async function world() {
    const tenant = await makeTenant();
    const { cookie, token } = await signIn(tenant);
    return { ...tenant, cookie, token, org: `org:${tenant.org_id}` };
  }

  return { ask, orgObject, open, ticketBy, addSite, addGroup, visit, world };
}
