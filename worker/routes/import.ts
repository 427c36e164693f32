import type { Route } from "./route";

export const importRoutes: readonly Route[] = [];
