import type { SiteNews, WatchReply } from "../../protocol/org";
import type { OrgStatus } from "../../protocol/status";
import type { Env } from "../../worker/env";

/** What sites' objects and the Worker call of an organization's object. */
export interface OrgStub {
  fetch(request: Request): Promise<Response>;
  hear(news: SiteNews): Promise<WatchReply>;
  sitesChanged(org_id: string): Promise<void>;
  status(): Promise<OrgStatus>;
}

/** The object of an organization. The id comes from an authorized principal or a site's row, never from a request. */
export function orgStub(env: Env, org_id: string): OrgStub {
  return env.ORG.getByName(`org:${org_id}`);
}
