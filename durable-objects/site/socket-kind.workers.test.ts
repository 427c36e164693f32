import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { SocketTag, UPGRADE_HEADER, type Upgrade } from "../../protocol/viewer-request";
import { freshSites } from "./site.fixture";

const freshSite = freshSites(env);

const sender = {
  address: "192.0.2.7",
  user_agent: "ua",
  origin_host: null,
  opt_out: false,
  brands_hint: null,
  mobile_hint: null,
  platform_hint: null,
  language: "de",
  cf: {},
};

test("a socket that the object closed is counted by its kind, also when its end comes after a sleep", async () => {
  const { stub, object, facts, site_id } = freshSite();
  const upgrades: Upgrade[] = [
    { kind: "counter", seat: { visitor: "v", stream: "s" }, address: sender.address, site: facts },
    { kind: "visitor", visitor: { site_id, sender, tab: "t" }, site: facts },
    {
      kind: "viewer",
      viewer: { user_id: "u", org_id: "o", grant: { kind: "member", user_id: "u", until: null }, rooms: [] },
      site: facts,
    },
  ];
  const sockets = await Promise.all(
    upgrades.map(async (upgrade) => {
      const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify(upgrade) };
      return (await stub.fetch(new Request("https://object/", { headers }))).webSocket;
    }),
  );
  // They do not answer a close by themselves, as programs may that are slow or busy.
  for (const socket of sockets) socket?.accept({ allowHalfOpen: true });
  await runInDurableObject(object, (_, state) => {
    for (const kind of SocketTag.options)
      for (const socket of state.getWebSockets(kind)) socket.close(1000, "Closed here.");
  });
  await evictDurableObject(object);
  for (const socket of sockets) socket?.close(1000);
  const closed = async () => Object.entries((await stub.status()).sockets).map(([kind, { closed }]) => [kind, closed]);
  await vi.waitFor(
    async () => expect(Object.fromEntries(await closed())).toEqual({ viewer: 1, counter: 1, visitor: 1 }),
    { timeout: 60_000 },
  );
});
