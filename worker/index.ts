import { createApp } from "./app";
import type { Env } from "./env";
import { runSchedule } from "./schedule";

export { OrgObject } from "../durable-objects/org/org-object";
export { SiteObject } from "../durable-objects/site/site-object";

const app = createApp();

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  scheduled: (controller, env) => runSchedule(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
