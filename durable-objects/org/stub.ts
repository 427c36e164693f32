import type { SiteNews, WatchReply } from "../../protocol/org";
import type { OrgStatus } from "../../protocol/status";
import type { Env } from "../../worker/env";

/** What sites' objects and the Worker call of an organization's object. */
export interface OrgStub {
  fetch(request: Request): Promise<Response>;
  hear(news: SiteNews): Promise<WatchReply>;
  /** Answers whether the organization's next object may hold viewers too. */
  sitesChanged(org_id: string): Promise<boolean>;
  status(): Promise<OrgStatus>;
}

/**
 * The object of an organization, or one of those (`relay` from 1 to `RELAYS`) that hold its viewers when the ones before are full. The id
 * comes from an authorized principal or a site's row, never from a request.
 */
export function orgStub(env: Env, org_id: string, relay = 0): OrgStub {
  return env.ORG.getByName(relay === 0 ? `org:${org_id}` : `org:${org_id}~${relay}`);
}
