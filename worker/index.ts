import { OrgObject as Org } from "../durable-objects/org/org-object";
import { SiteObject as Site } from "../durable-objects/site/site-object";
import { alertDesk } from "./alerts/alert-desk";
import { deliveryOf } from "./alerts/deliver";
import { createApp } from "./app";
import type { Env } from "./env";
import { readVisitorMessage } from "./ingest/read-visitor-message";
import { readDetails } from "./reports/read-details";
import { runSchedule } from "./schedule";

export { LeafObject } from "../durable-objects/leaf/leaf-object";

/** The site's object with the Worker's pipeline, for what reaches it past the Worker. */
export class SiteObject extends Site {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, readVisitorMessage);
  }
}

/** The organization's object with the Worker's reads of live figures. */
export class OrgObject extends Org {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, readDetails);
  }
}

export const AlertDesk = alertDesk(deliveryOf);

const app = createApp();

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  scheduled: (controller, env) => runSchedule(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
