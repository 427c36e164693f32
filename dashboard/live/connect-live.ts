import { POLL_INTERVAL } from "../../protocol/limits";
import { applyFrame, applySnapshot } from "./apply-frame";
import { connectRoom, type RoomConnection, type RoomOptions } from "./connect-room";
import { initialState, type LiveState, roomOf } from "./live-state";
import { parseFrame, parsePoll } from "./parse-frame";

export interface LiveOptions extends RoomOptions {
  site: string;
}

export type LiveConnection = RoomConnection<LiveState>;

/** Keeps a live picture of one site; see `connectRoom`. */
export function connectLive({ site, ...options }: LiveOptions): LiveConnection {
  return connectRoom<LiveState>(
    {
      room: roomOf(site),
      initial: initialState(site),
      apply: (state, text, now) => {
        const frame = parseFrame(text);
        return frame === null ? state : applyFrame(state, frame, now);
      },
      poll: {
        path: `/api/analytics/detailed?${new URLSearchParams({ site })}`,
        interval: () => POLL_INTERVAL,
        apply: (state, body, now) => applySnapshot(state, parsePoll(body), null, now),
      },
    },
    options,
  );
}
