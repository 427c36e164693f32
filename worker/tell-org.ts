import { orgStub } from "../durable-objects/org/stub";
import type { Env } from "./env";
import { rootMessage } from "./failure";

/**
 * Tells the organization's object that its sites or their groups changed, so that who watches sees it at once. Never throws:
 * what is stored stands, and the object looks by itself within half a minute.
 */
export async function tellOrg(env: Env, org_id: string): Promise<void> {
  try {
    await orgStub(env, org_id).sitesChanged(org_id);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", event: "sites_untold", message: rootMessage(error) }));
  }
}
