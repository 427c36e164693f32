import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { openSocket, type Socket } from "./socket.ts";
import { openStream, type Stream } from "./stream.ts";

/** A browser by its name. Agents of programs are taken for bots by most who count visitors. */
export const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** What one who runs the server knows of it. */
export interface Access {
  url: string;
  email: string;
  password: string;
  /** With the scopes ingest and read. */
  key: string;
  signInLink: string;
  logs(): string;
}

export interface Reply {
  status: number;
  headers: Headers;
  /** JSON where it is, else the text. */
  body: unknown;
}

/** A site of the test's own. */
export interface OwnSite {
  id: string;
  origin: string;
}

const LoginReply = z.object({
  token: z.string(),
  expires_at: z.iso.datetime(),
  user: z.object({ userId: z.string(), organizationId: z.string(), role: z.string() }),
});
const Made = z.object({ data: z.object({ id: z.string() }) });

export type World = Awaited<ReturnType<typeof enter>>;

/** Signs the owner in, by hand: what follows needs an account. */
export async function enter(access: Access) {
  const { url } = access;
  const call = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const response = await fetch(url + path, { redirect: "manual", ...init });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") && text !== "";
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const { email, password } = access;
  const login = await post("/api/auth/login", { email, password }, { origin: url });
  const { token, user } = LoginReply.parse(login.body);
  const cookie = login.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const asOwner = { cookie, origin: url };

  const addSite = async (more: object = {}): Promise<OwnSite> => {
    const domain = `${randomUUID().slice(0, 8)}.example`;
    const made = await post("/api/sites", { name: "Mine", domains: [domain], rate_limit: 10_000, ...more }, asOwner);
    return { id: Made.parse(made.body).data.id, origin: `https://${domain}` };
  };
  /** As a page of the site sends. */
  const track = (site: OwnSite, body: object, headers: Record<string, string> = {}) =>
    post(
      "/api/v1/track",
      { site: site.id, ...body },
      {
        "content-type": "text/plain",
        origin: site.origin,
        "user-agent": BROWSER,
        ...headers,
      },
    );
  let visitors = 0;
  /** Somebody new, known by the agent: a number, since letters may spell the name of a program. */
  const visit = async (site: OwnSite, path = "/") => {
    const events = [{ event_type: "pageview", page_url: site.origin + path, timestamp: new Date().toISOString() }];
    const agent = { "user-agent": `${BROWSER} ${++visitors}` };
    const reply = await track(site, { tab: randomUUID(), events }, agent);
    const { count, session_id } = z.object({ count: z.number(), session_id: z.string() }).parse(reply.body);
    if (reply.status !== 201 || count !== 1) throw new Error(`A visit: ${reply.status} ${JSON.stringify(reply.body)}`);
    return session_id;
  };
  return {
    ...access,
    /** A site for what counts nothing. */
    spare: await addSite(),
    cookie,
    token,
    login,
    org: user.organizationId,
    user: user.userId,
    asOwner,
    /** A key of scope read. */
    asReader: { authorization: `Bearer ${access.key}` },
    call,
    post,
    addSite,
    track,
    visit,
    /** A viewer's socket with the owner's cookie. It is closed when the test ends. */
    view(query: string, opening: Parameters<typeof openSocket>[2] = {}): Socket {
      const viewer = openSocket(url, `/api/realtime/ws?${query}`, {
        protocols: ["footfall.v1"],
        ...opening,
        headers: { cookie, ...opening.headers },
      });
      onTestFinished(() => viewer.close());
      return viewer;
    },
    /** A stream with the owner's cookie, or whatever `headers` say. It is closed when the test ends. */
    async stream(path: string, headers: Record<string, string> = {}): Promise<Stream> {
      const stream = await openStream(url + path, { cookie, ...headers });
      onTestFinished(() => stream.close());
      return stream;
    },
    /** Asks for a socket as `ws` does, and tells what a server that refuses says. */
    upgrade(path: string, headers: Record<string, string>): Promise<{ status: number; dropped: string | undefined }> {
      return new Promise((done, fail) => {
        const asked = request(url + path, {
          headers: {
            connection: "Upgrade",
            upgrade: "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            ...headers,
          },
        });
        asked.on("upgrade", (response, socket) => {
          socket.destroy();
          done({ status: response.statusCode ?? 0, dropped: undefined });
        });
        asked.on("response", (response) => {
          response.resume();
          done({ status: response.statusCode ?? 0, dropped: response.headers["x-footfall-dropped"]?.toString() });
        });
        asked.on("error", fail);
        asked.end();
      });
    },
  };
}
