const FILES = /\.(pdf|(doc|xls|ppt)x?|csv|epub|zip|rar|[7g]z|exe|msi|dmg|pkg|deb|apk|iso|mp[34]|mov)$/i;

/**
 * What a click on a link is, if it is worth an event. A file on another host is a download; without a host
 * (`mailto:`, `javascript:`) it leads to no page.
 */
export const linkKind = (
  link: Pick<HTMLAnchorElement, "host" | "pathname" | "download">,
): "download" | "outbound" | "" | false =>
  link.host && (link.download || FILES.test(link.pathname) ? "download" : link.host !== location.host && "outbound");
