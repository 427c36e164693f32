import type { Route } from "./route";

export const statsRoutes: readonly Route[] = [];
