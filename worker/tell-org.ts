import { orgStub } from "../durable-objects/org/stub";
import { RELAYS } from "../protocol/limits";
import type { Env } from "./env";
import { rootMessage } from "./failure";

/**
 * Tells the organization's objects that its sites or their groups changed, so that who watches sees it at once. Never throws:
 * what is stored stands, and they look by themselves within half a minute.
 */
export async function tellOrg(env: Env, org_id: string): Promise<void> {
  try {
    for (let relay = 0; relay <= RELAYS; relay++) {
      if (!(await orgStub(env, org_id, relay).sitesChanged(org_id))) return;
    }
  } catch (error) {
    console.error(JSON.stringify({ level: "error", event: "sites_untold", message: rootMessage(error) }));
  }
}
