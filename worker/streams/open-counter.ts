import { leafStub } from "../../durable-objects/leaf/stub";
import { LEAF_HEADER, LeafPlace, type LeafSeat } from "../../protocol/counter";
import { UPGRADE_HEADER, type Upgrade } from "../../protocol/viewer-request";
import type { Env } from "../env";
import { isUnavailable } from "../ingest/site-stub";
import { openSocket } from "./open-socket";

/** A socket of this Worker for a counter's stream: to the site's object, or to the leaf that it sends the stream to; or the refusal. */
export async function openCounter(env: Env, upgrade: Upgrade & { kind: "counter" }): Promise<WebSocket | Response> {
  const answer = await openSocket(env, upgrade);
  const place = answer instanceof Response ? answer.headers.get(LEAF_HEADER) : null;
  if (!(answer instanceof Response) || place === null) return answer;
  const { index: first, last, at } = LeafPlace.parse(JSON.parse(place));
  // Of those that came just now the site's object has not heard yet: a leaf may be full that it takes for free.
  for (let index = first; index <= last; index++) {
    const response = await askLeaf(env, { ...upgrade.seat, at, site_id: upgrade.site.site_id, index });
    if (response?.webSocket) return response.webSocket;
  }
  return answer;
}

/** Null where the leaf cannot be reached now. */
async function askLeaf(env: Env, seat: LeafSeat): Promise<Response | null> {
  const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify(seat) };
  try {
    return await leafStub(env, seat.site_id, seat.index).fetch(new Request("https://object/", { headers }));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return null;
  }
}
