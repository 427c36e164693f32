import { UPGRADE_HEADER, type Upgrade } from "../../protocol/viewer-request";
import type { Env } from "../env";
import { callSite } from "../ingest/site-stub";

/** A socket of this Worker to a site's object, or the object's refusal. */
export async function openSocket(env: Env, upgrade: Upgrade): Promise<WebSocket | Response> {
  const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify(upgrade) };
  const response = await callSite(env, upgrade.site.site_id, (stub) =>
    stub.fetch(new Request("https://object/", { headers })),
  );
  return response.webSocket ?? response;
}
