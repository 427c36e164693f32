import type { Site } from "../../../protocol/management";
import type { IconName } from "../ui/Icon";

export interface Place {
  name: string;
  icon: IconName;
  href: string;
  keys: string;
  /** Phones have it in the account's menu: their bar holds six. */
  inMenu?: true;
}

/** Where the rail leads, in its order. Without a site only what is of the whole organization; `several`: there are more sites. */
export function placesOf(site: Pick<Site, "id"> | undefined, several = false): Place[] {
  const of = site && `/sites/${encodeURIComponent(site.id)}`;
  return [
    ...(several ? [{ name: "All sites", icon: "grid", href: "/live", keys: "g a" } as const] : []),
    ...(of
      ? [
          { name: "Live", icon: "live", href: `${of}/live`, keys: "g l" } as const,
          { name: "Overview", icon: "overview", href: `${of}/overview`, keys: "g o" } as const,
          { name: "Alerts", icon: "alerts", href: `${of}/alerts`, keys: "g n" } as const,
          { name: "Settings", icon: "settings", href: `${of}/settings`, keys: "g e" } as const,
        ]
      : []),
    { name: "Sites", icon: "sites", href: "/sites", keys: "g s", inMenu: true },
    { name: "Keys", icon: "keys", href: "/keys", keys: "g k", inMenu: true },
  ];
}

/** The same part of another site: `/sites/a/overview` for `b` is `/sites/b/overview`. */
export function sameSection(pathname: string, siteId: string): string {
  const section = /^\/sites\/[^/]+\/(live|overview|alerts|settings|status)$/.exec(pathname)?.[1] ?? "live";
  return `/sites/${encodeURIComponent(siteId)}/${section}`;
}
