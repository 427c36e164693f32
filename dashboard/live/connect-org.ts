import { POLL_INTERVAL, SITES_PER_POLL_SECOND, SITES_PER_READ } from "../../protocol/limits";
import { connectRoom, type RoomConnection, type RoomOptions } from "./connect-room";
import { applyOrgFrame, applyOrgPoll, initialOrgState, type OrgState } from "./org-state";

/** Milliseconds between two askings: each reads every site that one reading takes, so of many it is done less often. */
export function orgPollInterval({ sites }: Pick<OrgState, "sites">): number {
  const read = Math.min(sites?.size ?? 0, SITES_PER_READ);
  return Math.max(POLL_INTERVAL, Math.ceil(read / SITES_PER_POLL_SECOND) * 1_000);
}

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
        interval: orgPollInterval,
        apply: applyOrgPoll,
      },
    },
    options,
  );
}
