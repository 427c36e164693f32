import { alertDesk } from "../../../worker/alerts/alert-desk";
import { deliveryOf } from "../../../worker/alerts/deliver";
import type { Env } from "../../../worker/env";

/** The product, which may call one server of this machine: nothing that an owner can set reaches this. */

export { default, LeafObject, OrgObject, SiteObject } from "../../../worker/index";

export const AlertDesk = alertDesk((env: Env & { RECEIVER?: string }) => {
  const delivery = deliveryOf(env);
  const { RECEIVER = "" } = env;
  return {
    ...delivery,
    refused: (url, own) => (URL.parse(url)?.origin === RECEIVER ? null : delivery.refused(url, own)),
  };
});
