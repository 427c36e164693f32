import { useNavigate } from "@solidjs/router";
import { onCleanup } from "solid-js";
import { fields, nullable, number } from "../api/read";
import { isSettled, settle } from "../state/first-event";
import { part } from "../state/part";
import { useSession } from "../state/session";
import { useSite } from "./SiteGate";

export const LivePage = part(() => import("../pages/live/LivePage"));

/** The live page; a site that nothing ever came for is led to its set-up. */
export function LiveRoute() {
  const { api } = useSession();
  const site = useSite();
  const navigate = useNavigate();
  const { id } = site();
  const leaving = new AbortController();
  onCleanup(() => leaving.abort());

  async function check(): Promise<void> {
    try {
      const first = await api.detailed(
        id,
        (body) => nullable(number)(fields(fields(body["data"])["snapshot"])["first_event_at"]),
        leaving.signal,
      );
      if (leaving.signal.aborted) return;
      if (first === null) navigate(`/sites/${encodeURIComponent(id)}/setup`, { replace: true });
      else settle(id);
    } catch {
      // The live page itself says what is wrong, and this only spares a click.
    }
  }
  if (!isSettled(id)) void check();

  return <LivePage site={site()} />;
}
