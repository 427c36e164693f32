import type { SiteEvent } from "../../protocol/event";
import type { Frame } from "../../protocol/frame";
import type { Dimensions, IngestBatch, SiteFacts } from "../../protocol/ingest";
import type { RoomMessage } from "../../protocol/room-messages";
import { UPGRADE_HEADER, type Upgrade } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";
import { type SiteStub, typedStub } from "./stub";

let made = 0;

/** Makes a site of its own for every test. */
export function freshSites({ SITE }: Env) {
  return () => {
    const site_id = `site-${++made}`;
    const facts: SiteFacts = {
      site_id,
      org_id: "o",
      time_zone: "Europe/Vienna",
      session_timeout_ms: 1_800_000,
      rate_limit: 1_000,
      leaves: 1,
    };
    const object = SITE.getByName(site_id);
    return { site_id, facts, object, stub: typedStub(object) };
  };
}

/** Those of a visitor from Vienna. */
export const dimensions: Dimensions = {
  country: "AT",
  region: null,
  city: "Vienna",
  latitude: 48,
  longitude: 16,
  device: "desktop",
  browser: "Firefox",
  browser_version: "140",
  os: "Linux",
  source: "Google",
  channel: "Organic search",
  referrer: "",
  campaign: "",
  medium: "",
  language: "de",
};

/** A page view, or another event on that page, now. */
export const view = (seq: number, path = "/", type: SiteEvent["type"] = "pageview"): SiteEvent => ({
  at: Date.now(),
  type,
  page_url: `https://shop.example${path}`,
  path,
  seq,
});

/** What a tab sends. */
export function batchOf(site: SiteFacts, tab: string, events: SiteEvent[], user_agent = "ua"): IngestBatch {
  return {
    site,
    received_at: Date.now(),
    sender: { kind: "visitor", tab },
    address: "192.0.2.1",
    user_agent,
    rate: { by: "address", route: "events", address: "192.0.2.1" },
    visible: true,
    ping: false,
    dimensions,
    context: {},
    events,
    indexes: events.map((_, i) => i),
    body_hash: "",
  };
}

/** Opens a viewer's socket and keeps its frames; `next` waits for one that fits, also among those that came already. */
export const watching =
  ({ DB }: Env) =>
  async (stub: SiteStub, site: SiteFacts, more: { messages?: RoomMessage[]; seen?: number } = {}) => {
    const upgrade: Upgrade = {
      kind: "viewer",
      viewer: {
        user_id: "u",
        org_id: "o",
        grant: { kind: "member", user_id: "u", until: null },
        rooms: [`site:${site.site_id}`],
        ...(more.messages && { messages: more.messages }),
      },
      site,
      ...(more.seen !== undefined && { resume: { [`site:${site.site_id}`]: more.seen } }),
    };
    await DB.batch([
      DB.prepare("INSERT OR IGNORE INTO organizations (id, name, created_at) VALUES ('o', 'Org', 0)"),
      DB.prepare("INSERT OR IGNORE INTO users (id, email, created_at) VALUES ('u', 'u@example.com', 0)"),
      DB.prepare("INSERT OR IGNORE INTO memberships (org_id, user_id, role, created_at) VALUES ('o', 'u', 'owner', 0)"),
      DB.prepare(
        "INSERT OR IGNORE INTO sites (id, org_id, name, domain, created_at) VALUES (?, 'o', 'Site', 'o.example', 0)",
      ).bind(site.site_id),
    ]);
    const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify(upgrade) };
    const response = await stub.fetch(new Request("http://site/", { headers }));
    const socket = response.webSocket;
    if (!socket) throw new Error(`No socket: ${response.status}`);
    const frames: Frame[] = [];
    const waiting: { fits: (frame: Frame) => boolean; done: (frame: Frame) => void }[] = [];
    socket.addEventListener("message", ({ data }) => {
      const frame: Frame = JSON.parse(String(data));
      frames.push(frame);
      for (const [i, { fits, done }] of [...waiting.entries()].reverse()) {
        if (!fits(frame)) continue;
        waiting.splice(i, 1);
        done(frame);
      }
    });
    const closed = new Promise<{ code: number }>((done) => {
      socket.addEventListener("close", ({ code }) => done({ code }));
    });
    socket.accept();
    const next = (fits: (frame: Frame) => boolean) =>
      new Promise<Frame>((done) => {
        const had = frames.find(fits);
        if (had) done(had);
        else waiting.push({ fits, done });
      });
    return { socket, frames, next, closed };
  };
