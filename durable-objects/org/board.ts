import { ALERT_FRESH, ALERTS_RECENT, type Alert } from "../../protocol/alerts";
import { WINDOW_POINTS } from "../../protocol/limits";
import type { OrgAlert, OrgSite, Second, SiteReport } from "../../protocol/org";

const MINUTE = WINDOW_POINTS * 1_000;

/** What each site told last. Pure: no clock, no platform. */
export class Board {
  readonly #reports = new Map<string, SiteReport>();
  /** Newest first. */
  #alerts: OrgAlert[] = [];

  get(site_id: string): SiteReport | null {
    return this.#reports.get(site_id) ?? null;
  }

  /** Takes a report in: numbers are the new ones, seconds are added to those of the last minute. */
  put(site_id: string, report: SiteReport): void {
    const had = this.#reports.get(site_id);
    this.#reports.set(site_id, { ...report, seconds: mergeSeconds(had?.seconds ?? [], report.seconds, report.at) });
  }

  /** Takes in an alert that a site raised. */
  raise(site_id: string, alert: Alert): void {
    this.#alerts = [{ ...alert, site_id }, ...this.#alerts].slice(0, ALERTS_RECENT);
  }

  /** Those that are news, newest first. */
  alerts(now: number): OrgAlert[] {
    return this.#alerts.filter(({ at }) => Date.parse(at) >= now - ALERT_FRESH);
  }

  forget(site_id: string): void {
    this.#reports.delete(site_id);
    this.#alerts = this.#alerts.filter((alert) => alert.site_id !== site_id);
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
