import { alertsRoutes } from "./alerts";
import { analyticsRoutes } from "./analytics";
import { auditRoutes } from "./audit";
import { authRoutes } from "./auth";
import { collectRoutes } from "./collect";
import { counterRoutes } from "./counter";
import { groupsRoutes } from "./groups";
import { healthRoutes } from "./health";
import { importRoutes } from "./import";
import { keysRoutes } from "./keys";
import { liveRoutes } from "./live";
import type { Route } from "./route";
import { sessionsRoutes } from "./sessions";
import { setupRoutes } from "./setup";
import { sitesRoutes } from "./sites";
import { statsRoutes } from "./stats";
import { statusRoutes } from "./status";
import { streamsRoutes } from "./streams";
import { visitorLiveRoutes } from "./visitor-live";

/** All that can be reached. */
export const routes: readonly Route[] = [
  ...collectRoutes,
  ...visitorLiveRoutes,
  ...analyticsRoutes,
  ...liveRoutes,
  ...streamsRoutes,
  ...counterRoutes,
  ...sessionsRoutes,
  ...statsRoutes,
  ...importRoutes,
  ...authRoutes,
  ...setupRoutes,
  ...sitesRoutes,
  ...groupsRoutes,
  ...keysRoutes,
  ...statusRoutes,
  ...alertsRoutes,
  ...auditRoutes,
  ...healthRoutes,
];
