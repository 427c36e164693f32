import { createSignal } from "solid-js";
import type { OrgState } from "../../live/org-state";
import type { Live } from "../pages/live/create-live";

const [orgLive, setOrgLive] = createSignal<Live<OrgState>>();

/** The live picture of all sites, for who has several; undefined until its socket is made. */
export { orgLive, setOrgLive };

/** Visitors now over all sites; undefined until the first picture came. */
export function orgNow(): number | undefined {
  const sites = orgLive()?.state().sites;
  return sites ? [...sites.values()].reduce((sum, { report }) => sum + (report?.now ?? 0), 0) : undefined;
}
