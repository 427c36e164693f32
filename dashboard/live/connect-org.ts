import { connectRoom, type RoomConnection, type RoomOptions } from "./connect-room";
import { applyOrgFrame, applyOrgPoll, initialOrgState, type OrgState } from "./org-state";

/** Asking reads every site, so it is done less often than for one. Milliseconds. */
const POLL_INTERVAL = 10_000;

export interface OrgOptions extends RoomOptions {
  org: string;
}

export type OrgConnection = RoomConnection<OrgState>;

/** Keeps a live picture of all sites of an organization; see `connectRoom`. */
export function connectOrg({ org, ...options }: OrgOptions): OrgConnection {
  const room = `org:${org}`;
  return connectRoom<OrgState>(
    {
      room,
      initial: initialOrgState,
      apply: (state, text, now) => applyOrgFrame(state, room, text, now),
      poll: {
        path: `/api/analytics/detailed?${new URLSearchParams({ org })}`,
        interval: POLL_INTERVAL,
        apply: applyOrgPoll,
      },
    },
    options,
  );
}
