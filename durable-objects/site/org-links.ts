import type { PassedFrame, SiteNews, SiteReport, WatchReply, WatchRequest } from "../../protocol/org";
import { type LinkHost, OrgLink } from "./org-link";

/** What the links need of the object. */
export interface LinksHost extends Pick<LinkHost, "live" | "facts" | "wakeAt" | "read" | "write" | "log"> {
  /** Tells one of the organization's objects; calls to one arrive in their order. */
  tell(org_id: string, relay: number, news: SiteNews): Promise<WatchReply>;
  /** Passes on the whole picture as it is now by that link. */
  sendPicture(link: OrgLink, now: number): void;
  /** So many more are in this site's room elsewhere, or fewer; 0: as many as was not known. */
  audience(more: number, now: number): void;
}

/** The objects of an organization that watch this site, each by a link of its own. */
export class OrgLinks {
  readonly #host: LinksHost;
  readonly #links = new Map<number, OrgLink>();
  /** Of each object what its link keeps: together one row. */
  readonly #kept: Map<string, string>;

  constructor(host: LinksHost) {
    this.#host = host;
    this.#kept = readKept(host.read());
    for (const relay of this.#kept.keys()) this.#link(Number(relay));
  }

  #link(relay: number): OrgLink {
    const { live, facts, wakeAt, log, tell, sendPicture } = this.#host;
    const had = this.#links.get(relay);
    if (had) return had;
    const link: OrgLink = new OrgLink({
      live,
      facts,
      wakeAt,
      log,
      read: () => this.#kept.get(String(relay)) ?? null,
      write: (value) => this.#keep(relay, value),
      tell: (org_id, news) => tell(org_id, relay, news),
      sendPicture: (now) => sendPicture(link, now),
      audience: (now) => this.#host.audience(0, now),
    });
    this.#links.set(relay, link);
    return link;
  }

  #keep(relay: number, value: string | null): void {
    if (value === null) this.#kept.delete(String(relay));
    else this.#kept.set(String(relay), value);
    this.#host.write(this.#kept.size === 0 ? null : JSON.stringify(Object.fromEntries(this.#kept)));
  }

  get watched(): boolean {
    return this.#kept.size > 0;
  }

  /** How many of those objects want the frames of the site's room. */
  get passing(): number {
    return [...this.#links.values()].filter(({ passing }) => passing).length;
  }

  /** How many are in the site's room there, as they last said: in all, and at the one with most. */
  get viewers(): { all: number; most: number } {
    const counts = [...this.#links.values()].map(({ viewers }) => viewers);
    return { all: counts.reduce((sum, count) => sum + count, 0), most: Math.max(0, ...counts) };
  }

  /** One of the organization's objects begins to watch: see `OrgLink`. */
  watch(request: WatchRequest, now: number): SiteReport | null {
    const link = this.#link(request.relay ?? 0);
    const before = link.viewers;
    const report = link.watch(request, now);
    if (request.picture) this.#host.sendPicture(link, now);
    // Behind the picture, without which one who just came is told nothing.
    if (link.viewers !== before) this.#host.audience(link.viewers - before, now);
    return report;
  }

  changed(now: number): void {
    for (const link of this.#links.values()) link.changed(now);
  }

  /** The site's room was told something; `but` is the object that told it to its own already. */
  passOn(told: PassedFrame, now: number, but?: number): void {
    for (const [relay, link] of this.#links) if (relay !== but) link.passOn(told, now);
  }
}

/** What links kept, by the number of the object. Every value here was written by this object. */
function readKept(text: string | null): Map<string, string> {
  if (text === null) return new Map();
  const kept: Record<string, string> = JSON.parse(text);
  // Until there could be several, it was that of the only one.
  if ("org_id" in kept) return new Map([["0", text]]);
  // A deploy that met older code once kept `undefined`, which nobody would ever end.
  return new Map(Object.entries(kept).filter(([relay]) => /^\d+$/.test(relay)));
}
