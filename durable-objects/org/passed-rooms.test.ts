import { expect, test } from "vitest";
import { REPLAYS_BYTES } from "../../protocol/limits";
import type { Beat } from "../sockets/beat";
import type { Viewers } from "../sockets/viewers";
import { PassedRooms } from "./passed-rooms";

const NOW = 1_000_000;

/** Rooms of sites in which nobody is; answers what one who comes back to each of them after `seen` is told, by site. */
function rooms() {
  const told: Beat[] = [];
  const viewers = {
    membersOf: () => new Set(),
    broadcastBeat: () => {},
    sendBeat: (_: WebSocket, beat: Beat) => told.push(beat),
  } as unknown as Viewers;
  const passed = new PassedRooms({
    viewers,
    askPicture: async () => true,
    emptyPicture: () => {
      throw new Error("Something came to every site.");
    },
    log: () => {},
  });
  const tell = (site_id: string, type: "snapshot" | "delta", seq: number, tail: string) =>
    passed.tell(site_id, { seq, asked: false, parts: [{ type, head: "", tail }] }, NOW);
  const keptSince = (site_id: string, seen: number) => {
    told.length = 0;
    passed.join({} as WebSocket, site_id, seen, NOW);
    return told.map(({ seq }) => seq);
  };
  return { tell, keptSince };
}

test("VIEWER-12 rooms that are busy one after another keep no more than their share all together", () => {
  const { tell, keptSince } = rooms();
  const most = 16;
  // Of one room as much is kept as of all together.
  const text = "x".repeat(REPLAYS_BYTES / most);
  const sites = Array.from({ length: most }, (_, i) => `s${i}`);
  for (const site_id of sites) {
    tell(site_id, "snapshot", 1, text.repeat(2));
    for (let seq = 2; seq <= most + 2; seq++) tell(site_id, "delta", seq, text);
  }
  for (const site_id of sites)
    expect([keptSince(site_id, most), keptSince(site_id, most + 1)]).toEqual([[], [most + 2]]);
});
