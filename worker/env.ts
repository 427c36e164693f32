import type { LeafObject } from "../durable-objects/leaf/leaf-object";
import type { OrgObject } from "../durable-objects/org/org-object";
import type { SiteObject } from "../durable-objects/site/site-object";

/** What `wrangler.toml` binds. Bindings that an account may have switched off are optional, and the product works without them. */
export interface Env {
  SITE: DurableObjectNamespace<SiteObject>;
  ORG: DurableObjectNamespace<OrgObject>;
  LEAF: DurableObjectNamespace<LeafObject>;
  DB: D1Database;
  ASSETS: Fetcher;
  BUCKET?: R2Bucket;
  AE?: AnalyticsEngineDataset;
  /** The platform's rate limiter, `DAMPER_LIMIT` a minute: keeps floods of one address from a site's object. */
  DAMPER?: RateLimit;
  /** Comma list of origins added to each site's own (`CORS_ORIGINS`). */
  CORS_ORIGINS?: string;
  SESSION_TIMEOUT_MINUTES?: string;
  /** Visitors in the last minute above which a site without a rule of its own for that raises an alert; 0: none does. */
  ALERT_THRESHOLD?: string;
  /** Sockets of dashboards that one object holds before the next one is taken. */
  VIEWER_SOCKETS?: string;
  /** Sends the e-mails of alerts, from the address `ALERT_FROM`. */
  EMAIL?: SendEmail;
  ALERT_FROM?: string;
  /** "1": a line for each request and each viewer that comes and goes. */
  LOG_REQUESTS?: string;
  /** Secret of a deployed installation: whoever has it may create the first owner. */
  SETUP_TOKEN?: string;
  /** "1" on a local server, where no edge tells places: they are made up, and the start says so. */
  DEMO_PLACES?: string;
}
