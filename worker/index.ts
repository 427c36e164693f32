import { createApp } from "./app";
import type { Env } from "./env";
import { runSchedule } from "./schedule";

export { OrgObject } from "../durable-objects/org/org-object";
export { SiteObject } from "../durable-objects/site/site-object";

const app = createApp();

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  scheduled: (event, env) => runSchedule(env, event.scheduledTime),
} satisfies ExportedHandler<Env>;
