import type { Route } from "./route";

export const liveRoutes: readonly Route[] = [];
