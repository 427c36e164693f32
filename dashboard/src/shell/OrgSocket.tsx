import { batch, createEffect, onCleanup, untrack } from "solid-js";
import { connectOrg } from "../../live/connect-org";
import { createRoomSignals } from "../pages/live/create-live";
import { setLiveCount } from "../state/live-count";
import { setOrgLive } from "../state/org-live";

/** One socket for the numbers of all sites: the rail's and those of the page that shows them. Draws nothing. */
export default function OrgSocket(props: { org: string }) {
  const live = createRoomSignals(connectOrg({ url: location.origin, org: untrack(() => props.org) }));
  setOrgLive(live);
  onCleanup(() => setOrgLive(undefined));
  createEffect(() => {
    const { sites } = live.state();
    batch(() => {
      for (const [id, { report }] of sites ?? []) if (report) setLiveCount(id, report.now);
    });
  });
  return null;
}
