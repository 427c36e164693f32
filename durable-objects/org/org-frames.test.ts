import { expect, test } from "vitest";
import { ALERT_FRESH, type Alert } from "../../protocol/alerts";
import type { SiteReport } from "../../protocol/org";
import { ROOM_MESSAGES, type RoomMessage } from "../../protocol/room-messages";
import { readRoom } from "../../protocol/rooms";
import { reportOf } from "../site/model/report";
import { emptyState } from "../site/model/state";
import type { Beat } from "../sockets/beat";
import type { Viewers } from "../sockets/viewers";
import { Board } from "./board";
import { Directory } from "./directory";
import { OrgFrames } from "./org-frames";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** A frame as one in the room reads it. */
interface Read {
  type: string;
  room: string;
  data: { now?: number; alerts?: { site_id: string }[] };
}

/** An organization of the sites `a`, in the group `g`, and `b`, and one viewer in each of its rooms. */
function organization() {
  const board = new Board();
  const told: Read[] = [];
  let directory = listing("a", "b");
  const takes: ReadonlySet<RoomMessage> = new Set(ROOM_MESSAGES);
  const hear = (beat: Beat) => told.push(...beat.textsFor(takes).map((text): Read => JSON.parse(text)));
  const viewers = {
    count: 2,
    rooms: () => ["org:o", "group:g"],
    membersOf: () => new Set([{}]),
    takersOf: () => 1,
    broadcastBeat: hear,
    sendBeat: (_: WebSocket, beat: Beat) => hear(beat),
  } as unknown as Viewers;
  const frames = new OrgFrames({ board, directory: () => directory }, viewers);
  const report = (site_id: string, now: number) => {
    const one: SiteReport = { ...reportOf(emptyState(), NOW, "UTC", 0), now };
    board.put(site_id, one);
    return one;
  };
  const list = (...sites: string[]) => {
    directory = listing(...sites);
  };
  const join = (name: string, at: number) => {
    const room = readRoom(name);
    if (room) frames.welcome({} as WebSocket, room, undefined, at);
  };
  /** What was told since the last time. */
  const heard = () => told.splice(0);
  return { board, frames, report, list, join, heard };
}

const listing = (...sites: string[]) =>
  new Directory("o", {
    groups: ["g"],
    sites: sites.map((site_id) => ({ site_id, group_id: site_id === "a" ? "g" : null })),
  });

const sums = (frames: readonly Read[]) =>
  frames.filter(({ type }) => type === "stats:updated").map(({ room, data }) => [room, data.now]);

test("ROOM-2 programs that take sums alone hear at once of a site that is gone, and of nothing twice", () => {
  const { board, frames, report, list, heard } = organization();
  report("a", 2);
  frames.changed("b", report("b", 5), NOW);
  expect(sums(heard())).toEqual([
    ["org:o", 7],
    ["group:g", 2],
  ]);
  list("a");
  board.forget("b");
  frames.repeat(NOW + 1);
  const told = heard();
  expect(sums(told)).toEqual([["org:o", 2]]);
  expect(told.map(({ type, room }) => [type, room])).toEqual([
    ["stats:updated", "org:o"],
    ["snapshot", "org:o"],
    ["snapshot", "group:g"],
  ]);
});

test("ROOM-2 a picture has the alerts of the last ten minutes of the sites that the room shows", () => {
  const { board, join, heard } = organization();
  const alert = (id: string, at: number) => ({ id, at: new Date(at).toISOString() }) as Alert;
  board.raise("a", alert("old", NOW - 1));
  board.raise("a", alert("new", NOW));
  board.raise("b", alert("other", NOW));
  const alertsIn = (room: string, at: number) => {
    join(room, at);
    return heard().map(({ type, data }) => [type, data.alerts?.map(({ site_id }) => site_id)]);
  };
  expect(alertsIn("org:o", NOW)).toEqual([["snapshot", ["b", "a", "a"]]]);
  expect(alertsIn("group:g", NOW + ALERT_FRESH)).toEqual([["snapshot", ["a"]]]);
  expect(alertsIn("org:o", NOW + ALERT_FRESH + 1)).toEqual([["snapshot", undefined]]);
  board.forget("b");
  expect(alertsIn("org:o", NOW)).toEqual([["snapshot", ["a", "a"]]]);
});
