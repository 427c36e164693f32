import type { LeftOutReason } from "../../../protocol/drop-reasons";
import { localHour } from "./local-time";
import type { SiteState } from "./state";

/** Counts what was dropped on purpose or refused, by reason, since the site's midnight. */
export function countDrop(
  state: SiteState,
  reason: LeftOutReason,
  count: number,
  example: string,
  now: number,
  timeZone: string,
): void {
  const { day } = localHour(now, timeZone);
  if (state.drops_day !== day) {
    state.drops.clear();
    state.drops_day = day;
  }
  const had = state.drops.get(reason);
  state.drops.set(reason, {
    reason,
    count: (had?.count ?? 0) + count,
    last_at: now,
    example: example || had?.example || "",
  });
}
