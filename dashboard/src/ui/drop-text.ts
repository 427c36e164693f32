import type { DropCount } from "../../../protocol/live";
import type { Site } from "../../../protocol/management";

export interface DropText {
  what: string;
  /** What to do about it; empty where nothing is to be done. */
  todo: string;
  /** A host that could be added to the site's domains. */
  domain?: string;
}

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

function inWords(domains: readonly string[]): string {
  const shown = domains.slice(0, 3).join(", ");
  return domains.length > 3 ? `${shown} and ${domains.length - 3} more` : shown;
}

/** Why events were dropped, for the owner of the site. */
export function dropText(drop: Pick<DropCount, "reason" | "example">, site: Pick<Site, "domains">): DropText {
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
    default:
      return reason satisfies never;
  }
}
