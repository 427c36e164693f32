import { COUNTER_LIMITS } from "../../../durable-objects/site/counter-leaves";

/** The product, where an object holds so few streams that a test can fill several: nothing that an owner can set reaches this. */
Object.assign(COUNTER_LIMITS, { streams: 8, leaves: 3 });

export { AlertDesk, default, LeafObject, OrgObject, SiteObject } from "../../../worker/index";
