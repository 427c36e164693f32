import { describe, expect, test } from "vitest";
import { MERGED_DETAILS_WAITING, VIEWER_DETAILS_OF_ONE } from "../../protocol/limits";
import type { Viewer } from "../../protocol/viewer-request";
import type { Told, Viewers } from "../sockets/viewers";
import { OrgDetails } from "./org-details";
import type { DetailsRead } from "./read-details";

const NOW = 1_000_000;
const request = { type: "request_detailed_stats", filter: {} } as const;
const NO_STATS = { ok: true, stats: {} } as unknown as DetailsRead;

/** Sockets by name, each in `rooms`, and what they are told. */
function sockets(...rooms: string[]) {
  const viewerOf = new Map<WebSocket, Viewer>();
  const told: { who: string; frame: Told }[] = [];
  const asked: { who: string; room: string; answer: (read: DetailsRead) => void; fail: (error: Error) => void }[] = [];
  const logged: string[] = [];
  const socketOf = (who: string): WebSocket => {
    const socket = { who } as unknown as WebSocket;
    viewerOf.set(socket, { user_id: who, org_id: "o", grant: { kind: "key", key_id: who, site_id: null }, rooms });
    return socket;
  };
  const viewers = {
    viewerOf: (socket: WebSocket) => viewerOf.get(socket) ?? null,
    mayAsk: () => true,
    send: (socket: WebSocket, frame: Told) => told.push({ who: viewerOf.get(socket)?.user_id ?? "?", frame }),
  } as unknown as Viewers;
  const details = new OrgDetails({
    viewers,
    read: ({ user_id }, { name }) =>
      new Promise((answer, fail) => {
        asked.push({ who: user_id, room: name, answer, fail });
      }),
    log: (message) => logged.push(message),
  });
  const ask = (socket: WebSocket, more: object = {}, now = NOW) => details.answer(socket, { ...request, ...more }, now);
  const codes = () => told.map(({ frame }) => (frame.type === "error" ? frame.data.code : frame.type));
  return { socketOf, viewerOf, told, asked, logged, ask, codes };
}

const turn = () => new Promise((done) => setImmediate(done));

describe("VIEWER-9 detailed figures of several sites", () => {
  test("are read one after another, and few wait; those of one site wait for nobody", async () => {
    const { socketOf, asked, ask, codes } = sockets("org:o", "site:s");
    const asking = Array.from({ length: MERGED_DETAILS_WAITING + 2 }, (_, i) => ask(socketOf(`m${i}`)));
    await turn();
    expect(asked.map(({ room }) => room)).toEqual(["org:o"]);
    expect(codes()).toEqual(["rate_limited", "rate_limited"]);
    void ask(socketOf("one"), { room: "site:s" });
    await turn();
    expect(asked.map(({ room }) => room)).toEqual(["org:o", "site:s"]);
    // One that fails holds up nobody.
    asked[0]?.fail(new Error("Broken."));
    for (let i = 2; i <= MERGED_DETAILS_WAITING; i++) {
      await turn();
      asked[i]?.answer(NO_STATS);
    }
    await Promise.all(asking);
    expect(codes().filter((code) => code === "detailed_stats")).toHaveLength(MERGED_DETAILS_WAITING - 1);
    expect(codes()).toContain("unavailable");
    void ask(socketOf("again"));
    await turn();
    expect(asked.at(-1)).toMatchObject({ who: "again", room: "org:o" });
  });

  test("are so many a second of a member", async () => {
    const { socketOf, asked, ask, codes } = sockets("site:s");
    const socket = socketOf("ann");
    for (let i = 0; i <= VIEWER_DETAILS_OF_ONE; i++) void ask(socket, { id: `${i}` });
    await turn();
    expect([asked.length, codes()]).toEqual([VIEWER_DETAILS_OF_ONE, ["rate_limited"]]);
    void ask(socket, {}, NOW + 1_000);
    await turn();
    expect(asked).toHaveLength(VIEWER_DETAILS_OF_ONE + 1);
  });

  test("are a tenth of what the site takes of an address in a minute, where its object had no room for the socket", async () => {
    const { socketOf, viewerOf, asked, ask } = sockets("site:s");
    const socket = socketOf("ann");
    const viewer = viewerOf.get(socket);
    if (viewer) viewer.rate_limit = 300;
    for (let i = 0; i <= 30; i++) void ask(socket, { id: `${i}` });
    await turn();
    expect(asked).toHaveLength(30);
  });

  test("are not told to one who left the room meanwhile, and why there are none is", async () => {
    const { socketOf, viewerOf, asked, ask, told } = sockets("group:g");
    const socket = socketOf("ann");
    const first = ask(socket, { id: "a" });
    await turn();
    Object.assign(viewerOf.get(socket) ?? {}, { rooms: [] });
    asked[0]?.answer(NO_STATS);
    await first;
    Object.assign(viewerOf.get(socket) ?? {}, { rooms: ["group:g"] });
    const second = ask(socket, { id: "b" });
    await turn();
    asked[1]?.answer({ ok: false, code: "not_allowed" });
    await second;
    expect(told.map(({ frame }) => frame)).toEqual([
      { type: "error", data: { code: "not_in_room", id: "a", message: expect.any(String) } },
      { type: "error", data: { code: "not_allowed", id: "b", rooms: ["group:g"], message: expect.any(String) } },
    ]);
  });
});
