import { WINDOW_POINTS } from "../../protocol/limits";
import type { OrgSite, Second, SiteReport } from "../../protocol/org";

const MINUTE = WINDOW_POINTS * 1_000;

/** What each site told last. Pure: no clock, no platform. */
export class Board {
  readonly #reports = new Map<string, SiteReport>();

  get(site_id: string): SiteReport | null {
    return this.#reports.get(site_id) ?? null;
  }

  /** Takes a report in: numbers are the new ones, seconds are added to those of the last minute. */
  put(site_id: string, report: SiteReport): void {
    const had = this.#reports.get(site_id);
    this.#reports.set(site_id, { ...report, seconds: mergeSeconds(had?.seconds ?? [], report.seconds, report.at) });
  }

  forget(site_id: string): void {
    this.#reports.delete(site_id);
  }

  /** A site as a frame shows it; seconds from `from` on. */
  show(site_id: string, group_id: string | null, from: number): OrgSite {
    const report = this.#reports.get(site_id);
    if (!report) return { site_id, group_id, report: null };
    return { site_id, group_id, report: { ...report, seconds: report.seconds.filter(([at]) => at >= from) } };
  }

  entries(): [site_id: string, report: SiteReport][] {
    return [...this.#reports];
  }
}

/** Both in order of time, the newer ones in place of those of the same second, back to a minute before `now`. */
function mergeSeconds(had: readonly Second[], fresh: readonly Second[], now: number): Second[] {
  const merged = new Map(had.map((second) => [second[0], second]));
  for (const second of fresh) merged.set(second[0], second);
  return [...merged.values()].filter(([at]) => at > now - MINUTE).sort((a, b) => a[0] - b[0]);
}
