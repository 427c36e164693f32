import type { LiveFilter } from "../../protocol/live";
import type { DetailedStats } from "../../protocol/live-messages";
import type { Viewer } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";

/** Detailed figures, or why there are none: the viewer may not see these sites (any more), or none of them can be reached. */
export type DetailsRead =
  | { ok: true; stats: Omit<DetailedStats, "id" | "filter"> }
  | { ok: false; code: "not_allowed" | "unavailable" };

/**
 * Live figures of a room's sites as `GET /api/analytics/detailed` gives them, read as the viewer may. The Worker hands it to
 * the class where that is exported, as nothing here may import the Worker.
 */
export type ReadDetails = (
  env: Env,
  viewer: Viewer,
  of: { kind: "site" | "group" | "org"; id: string },
  filter: LiveFilter,
) => Promise<DetailsRead>;
