import type { Route } from "./route";

export const collectRoutes: readonly Route[] = [];
