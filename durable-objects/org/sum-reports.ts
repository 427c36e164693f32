import type { OrgStats, SiteReport } from "../../protocol/org";

/** The numbers of several sites as one: a visitor of two of them is two. */
export function sumReports(reports: readonly SiteReport[]): OrgStats {
  const sum = (of: (report: SiteReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  return {
    total_active: sum(({ active }) => active),
    total_today: sum(({ today }) => today.page_views),
    now: sum(({ now }) => now),
    connections: sum(({ connections }) => connections),
  };
}
