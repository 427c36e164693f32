import { REFUSED_REASONS } from "../../../protocol/drop-reasons";
import { KEY_RATE_LIMIT } from "../../../protocol/limits";
import type { DropCount } from "../../../protocol/live";
import type { Site } from "../../../protocol/management";
import { wholeNumber } from "./format";

export interface DropText {
  what: string;
  /** What to do about it; empty where nothing is to be done. */
  todo: string;
  /** A host that could be added to the site's domains. */
  domain?: string;
  /** What is counted. */
  unit: "events" | "times";
  /** As the owner or the visitor wants it: nothing is wrong. */
  wanted: boolean;
}

const WANTED: ReadonlySet<string> = new Set([
  "bot",
  "excluded_page",
  "excluded_address",
  "own_visit",
  "opt_out",
  "duplicate",
] satisfies DropCount["reason"][]);

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

function inWords(domains: readonly string[]): string {
  const shown = domains.slice(0, 3).join(", ");
  return domains.length > 3 ? `${shown} and ${domains.length - 3} more` : shown;
}

type Drop = Pick<DropCount, "reason" | "example">;
type Told = Pick<Site, "domains" | "rate_limit">;

/** Why something is not counted, for the owner of the site. */
export function dropText(drop: Drop, site: Told): DropText {
  return {
    unit: REFUSED_REASONS.some((reason) => reason === drop.reason) ? "times" : "events",
    wanted: WANTED.has(drop.reason),
    ...wordsOf(drop, site),
  };
}

function wordsOf(drop: Drop, site: Told): Omit<DropText, "unit" | "wanted"> {
  const { reason, example } = drop;
  switch (reason) {
    case "foreign_origin": {
      if (!HOST.test(example)) {
        return { what: "A page without an address sends to this site.", todo: "Open the page over http or https." };
      }
      const domain = example.toLowerCase();
      if (site.domains.includes(domain)) {
        return { what: `${domain} is a domain of this site now.`, todo: "Its next visits count." };
      }
      return {
        what: `Pages of ${domain} send to this site, but it only accepts ${inWords(site.domains)}.`,
        todo: "Add the domain.",
        domain,
      };
    }
    case "bot":
      return { what: example ? `Bots such as ${example} do not count.` : "Bots do not count.", todo: "" };
    case "excluded_page":
      return {
        what: example ? `Pages that match ${example} are excluded.` : "Excluded pages do not count.",
        todo: "Change the list in Settings.",
      };
    case "excluded_address":
      return {
        what: example ? `Visits from ${example} are ignored.` : "Visits from excluded addresses are ignored.",
        todo: "Change the list in Settings.",
      };
    case "own_visit":
      return { what: "Your own visits are ignored.", todo: "Turn off “Ignore my visits” to count them." };
    case "opt_out":
      return {
        what: "Visitors who ask not to be tracked are counted by page view alone.",
        todo: "Their other events are left out.",
      };
    case "unknown_site":
      return { what: "Events came for a site that does not exist.", todo: "Check data-site in the snippet." };
    case "duplicate":
      return { what: "Events that came twice count once.", todo: "" };
    case "invalid":
      return {
        what: "Events with a missing or wrong field are refused.",
        todo: `${example && `The last one: “${example}”. `}Correct the code that sends them.`,
      };
    case "too_large":
      return {
        what: example ? `Too large to be taken: ${example}.` : "Something was too large to be taken.",
        todo: "Send fewer events at once, and less with each.",
      };
    case "unreadable":
      return {
        what: "Requests that cannot be read are refused.",
        todo: example ? `The last answer: “${example}”` : "",
      };
    case "rate_limited":
      return example === "key"
        ? {
            what: `A key or member sent more than ${wholeNumber(KEY_RATE_LIMIT)} requests in a second.`,
            todo: "Send more events in each request.",
          }
        : {
            what: `One address sent more than ${wholeNumber(site.rate_limit)} requests in a minute.`,
            todo: "If many visitors share it, raise the rate limit in Settings.",
          };
    case "unavailable":
      return {
        what: "For a while this site could take no more.",
        todo: "Trackers send what they had again.",
      };
    default:
      return reason satisfies never;
  }
}
