import type { SiteReport } from "../../../protocol/org";
import { liveCounts } from "./picture";
import type { SiteState } from "./state";
import { seriesSince } from "./windows";

/** What the organization's page shows of a site; `seconds` from that time on, milliseconds since 1970. */
export function reportOf(state: SiteState, now: number, timeZone: string, from: number): SiteReport {
  const since = Math.max(from, now - 60_000);
  const seconds = seriesSince(state.windows, "1s", since, now);
  return {
    at: now,
    ...liveCounts(state, now, timeZone),
    first_event_at: state.first_event_at,
    last_event_at: state.last_event_at,
    seconds: seconds.map(({ at, events, errors }) => [at, events, errors]),
  };
}
