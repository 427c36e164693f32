import type { ViewerError } from "../protocol/frame";
import { DASHBOARD_ACTIONS_PER_MINUTE } from "../protocol/limits";
import type { DashboardAction } from "../protocol/live-messages";
import type { Viewer, ViewerRequest } from "../protocol/viewer-request";
import type { AuditRow } from "./audit-trail";
import { FixedWindow } from "./pure/fixed-window";

type Tracked = Extract<ViewerRequest, { type: "track_dashboard_action" }>;

/** What members do on their dashboards. */
export class DashboardActions {
  /** Keeps a row for good; false if it cannot be kept now. */
  readonly #record: (row: AuditRow) => Promise<boolean>;
  /** Actions of each member in the running minute. */
  readonly #acted = new FixedWindow(60_000, 1_000);

  constructor(record: (row: AuditRow) => Promise<boolean>) {
    this.#record = record;
  }

  /** Keeps an action; answers what the others in the room are told, or why it was not kept. `site_id` is empty for a socket of several sites. */
  async take(
    { org_id, user_id }: Viewer,
    { action, details }: Tracked,
    site_id: string,
    now: number,
  ): Promise<DashboardAction | ViewerError> {
    if (this.#acted.count(user_id, now) > DASHBOARD_ACTIONS_PER_MINUTE) {
      const message = `A member may tell ${DASHBOARD_ACTIONS_PER_MINUTE} actions a minute.`;
      return { code: "rate_limited", message, retry_after_ms: this.#acted.secondsLeft(now) * 1_000 };
    }
    const id = crypto.randomUUID();
    const row = { org_id, at: now, id, site_id, user_id, action, details: JSON.stringify(details) };
    if (!(await this.#record(row))) {
      const message = "The database is away and much waits for it. This action was not recorded.";
      return { code: "unavailable", message };
    }
    return { action, details, user_id, at: new Date(now).toISOString() };
  }
}
