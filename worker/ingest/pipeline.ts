import type { DropReason } from "../../protocol/drop-reasons";
import type { SiteEvent } from "../../protocol/event";
import type { Site } from "../../protocol/management";
import { botOf } from "../enrich/bots";
import { matchesHost, matchesPath } from "../enrich/path-match";
import { matchesAddress } from "./address-match";

/** What the steps look at. */
export interface Draft {
  site: Site;
  /** Hosts that may send besides the site's own. */
  more_hosts: readonly string[];
  /** A key or member sent it: it speaks for others, and its own address and agent say nothing. */
  trusted: boolean;
  origin_host: string | null;
  address: string;
  user_agent: string;
  anonymous: boolean;
  events: { event: SiteEvent; index: number }[];
}

/** Some events of a draft that go, with what the owner needs to know. */
export interface Dropped {
  reason: DropReason;
  count: number;
  example: string;
}

type WholeStep = (draft: Draft) => { reason: DropReason; example: string } | null;
type EventStep = (draft: Draft, event: SiteEvent) => { reason: DropReason; example: string } | null;

/** Steps that keep or drop a request as a whole, in this order. */
const WHOLE_STEPS: readonly WholeStep[] = [dropForeignOrigin, dropBot, dropOwnTraffic];
/** Steps that keep or drop single events. */
const EVENT_STEPS: readonly EventStep[] = [dropForeignPage, dropExcludedPage, dropBeyondConsent];

/** Runs all steps: the events that stay, and what was dropped and why. Nothing is dropped without a reason. */
export function runSteps(draft: Draft): { events: Draft["events"]; dropped: Dropped[] } {
  for (const step of WHOLE_STEPS) {
    const drop = step(draft);
    if (drop) return { events: [], dropped: [{ ...drop, count: Math.max(1, draft.events.length) }] };
  }
  const events: Draft["events"] = [];
  const dropped = new Map<DropReason, Dropped>();
  for (const item of draft.events) {
    const drop = firstDrop(draft, item.event);
    if (!drop) events.push(item);
    else dropped.set(drop.reason, { ...drop, count: (dropped.get(drop.reason)?.count ?? 0) + 1 });
  }
  return { events, dropped: [...dropped.values()] };
}

function firstDrop(draft: Draft, event: SiteEvent) {
  for (const step of EVENT_STEPS) {
    const drop = step(draft, event);
    if (drop) return drop;
  }
  return null;
}

function isOwnHost(draft: Draft, host: string): boolean {
  return draft.site.domains.some((d) => matchesHost(d, host)) || draft.more_hosts.some((d) => matchesHost(d, host));
}

/** Pages of other sites, and pages without a host, may not send. */
function dropForeignOrigin(draft: Draft) {
  if (draft.trusted || draft.origin_host === null || isOwnHost(draft, draft.origin_host)) return null;
  return { reason: "foreign_origin" as const, example: draft.origin_host || "a page without an address" };
}

/** Without an origin, which every browser sends, the page itself must belong to the site. */
function dropForeignPage(draft: Draft, event: SiteEvent) {
  if (draft.trusted || draft.origin_host !== null) return null;
  const host = URL.parse(event.page_url)?.host;
  if (!host || isOwnHost(draft, host)) return null;
  return { reason: "foreign_origin" as const, example: host };
}

function dropBot(draft: Draft) {
  if (draft.trusted && draft.user_agent === "") return null;
  const bot = botOf(draft.user_agent);
  return bot ? { reason: "bot" as const, example: bot.name } : null;
}

function dropOwnTraffic(draft: Draft) {
  for (const pattern of draft.site.excluded_addresses) {
    if (!matchesAddress(pattern, draft.address)) continue;
    const network = pattern.includes("/");
    return {
      reason: network ? ("excluded_address" as const) : ("own_visit" as const),
      example: network ? pattern : "",
    };
  }
  return null;
}

function dropExcludedPage(draft: Draft, event: SiteEvent) {
  const pattern = draft.site.excluded_paths.find((p) => matchesPath(p, event.path));
  return pattern === undefined ? null : { reason: "excluded_page" as const, example: pattern };
}

/** Without an id, page views alone are counted. */
function dropBeyondConsent(draft: Draft, event: SiteEvent) {
  return draft.anonymous && event.type !== "pageview" ? { reason: "opt_out" as const, example: "" } : null;
}
