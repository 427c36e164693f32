const FILES = /\.(pdf|docx?|xlsx?|pptx?|csv|epub|zip|rar|7z|gz|exe|msi|dmg|pkg|deb|apk|iso|mp[34]|mov)$/i;

/** What a click on a link is, if it is worth an event. A file on another host is a download. */
export const linkKind = (
  link: Pick<HTMLAnchorElement, "protocol" | "host" | "pathname" | "download">,
  host: string,
): "download" | "outbound" | false =>
  /^http/.test(link.protocol) &&
  (link.download || FILES.test(link.pathname) ? "download" : link.host !== host && "outbound");
