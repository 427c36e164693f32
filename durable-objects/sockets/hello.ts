import type { Hello } from "../../protocol/frame";
import { ROOM_MESSAGES } from "../../protocol/room-messages";
import { PROTOCOL_VERSION } from "../../protocol/version";
import type { Viewer } from "../../protocol/viewer-request";

/** What a socket is told first, and again when its rooms change. `seqOf` answers the number of a room's last frame, where it is known. */
export function helloOf(
  { user_id, org_id, messages = [...ROOM_MESSAGES] }: Viewer,
  rooms: string[],
  seqOf: (room: string) => number | undefined,
  now: number,
): Hello {
  const seq = Object.fromEntries(
    rooms.flatMap((room) => {
      const number = seqOf(room);
      return number === undefined ? [] : [[room, number]];
    }),
  );
  return { protocol: PROTOCOL_VERSION, at: now, user_id, org_id, rooms, seq, messages };
}
