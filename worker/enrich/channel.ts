import { TEXT } from "../../protocol/limits";
import { CLICK_IDS, type ClickId, MEDIUMS, SENDING_SOURCES, SHOPPING_CAMPAIGN } from "./channel-tables";
import { cutText, plainText } from "./clean-text";
import { type SourceName, sourceByHost, sourceByWord } from "./known-sources";
import { matchesHost, withoutWww } from "./path-match";
import { readQuery } from "./read-query";
import { redact, redactIdentity } from "./redact";
import { remember } from "./remember";
import { parseUrl } from "./web-url";

export const CHANNELS = [
  "Direct",
  "Organic search",
  "Paid search",
  "Organic social",
  "Paid social",
  "Email",
  "AI assistants",
  "Referral",
  "Campaign",
  "Display",
  "Affiliates",
  "Video",
  "Organic shopping",
  "Paid shopping",
  "SMS",
  "Push",
] as const;
export type Channel = (typeof CHANNELS)[number];

export interface SourceInput {
  /** As the page reports it; may be empty. */
  referrer: string;
  /** As the page reports it, with its whole query: a cleaned one has lost the click ids. */
  page_url: string;
  /** Hosts of the site; patterns as in `matchesHost`. The page's own host always counts. */
  own_hosts: readonly string[];
}

export interface Source {
  /** A readable name: "Google", "Hacker News", else the host without `www.`, or what the campaign says. */
  source: string;
  channel: Channel;
  /** Without `www.`; an Android app's id; empty for none or an own host. */
  referrer_host: string;
  campaign: string;
  /** In lower case. */
  medium: string;
  term: string;
  content: string;
}

const DIRECT = "Direct";

/** An address, or a host that may have a path: `www.example.net/post`. */
const LIKE_HOST = /^[\w-]+(?:\.[\w-]+)+(?:[/:]|$)|:\/\//;

const ADDRESSES = 2_000;
/** A query, or what would have to be hidden, may say who somebody is. */
const isImpersonal = (address: string) => !/[?#%@]/.test(address) && redact(address) === address;

/** A host in lower case, also of an address without its scheme; empty where there is none. */
const hostOf = remember(readHost, ADDRESSES, isImpersonal);

/** RFC 1035. Each label of a host is looked up, so that an invented one of thousands would take milliseconds. */
const LONGEST_HOST = 253;

function readHost(address: string): string {
  const text = cutText(plainText(address), TEXT.url).trim();
  if (!LIKE_HOST.test(text)) return "";
  const url = parseUrl(text.includes("://") ? text : `https://${text}`);
  const web = url?.protocol === "https:" || url?.protocol === "http:" || url?.protocol === "android-app:";
  if (!url || !web || url.hostname.length > LONGEST_HOST) return "";
  return withoutWww(url.hostname.toLowerCase().replace(/\.$/, ""));
}

/** Host and parameters of the page that was visited. */
const pageOf = remember(readPage, ADDRESSES, isImpersonal);

function readPage(page_url: string): { host: string; query: ReadonlyMap<string, string> } {
  const url = parseUrl(page_url.slice(0, TEXT.url), "http://page.invalid");
  return url ? { host: url.host, query: readQuery(url) } : { host: "", query: new Map() };
}

function namedBy(tag: string): SourceName {
  const host = hostOf(tag);
  return sourceByWord(tag) ?? (host ? (sourceByHost(host) ?? { name: host, kind: null }) : { name: tag, kind: null });
}

function clickIdOf(query: ReadonlyMap<string, string>): ClickId | null {
  if (query.size === 0) return null;
  for (const [name, click] of CLICK_IDS) if (query.has(name)) return click;
  return null;
}

interface Signs {
  kind: SourceName["kind"];
  /** Source, medium and campaign in lower case. */
  word: string;
  medium: string;
  campaign: string;
  click: ClickId["means"] | null;
  /** Whether a `utm_` parameter stands in the address. */
  tagged: boolean;
}

/**
 * The rules, first match wins. Their shape is that of the default channel groups of Google Analytics
 * (https://support.google.com/analytics/answer/9756891): paid before unpaid, each by source kind and medium. Different
 * here: a medium that is a way of sending (SMS, push, e-mail, affiliates) is believed before what is known of the
 * source, assistants are a channel of their own, paid and unpaid video are one, and the rest of what is tagged or paid
 * for is "Campaign". A click id stands in for a medium that is missing.
 */
function channelOf({ kind, word, medium, campaign, click, tagged }: Signs): Channel {
  const meant = medium === "" ? click : null;
  const paid = MEDIUMS.paid.test(medium) || meant === "paid search" || meant === "paid social";
  const shopping = kind === "shopping" || SHOPPING_CAMPAIGN.test(campaign);

  if (MEDIUMS.sms.test(medium) || SENDING_SOURCES.sms.test(word)) return "SMS";
  if (MEDIUMS.push.test(medium) || SENDING_SOURCES.push.test(word)) return "Push";
  if (MEDIUMS.email.test(medium) || SENDING_SOURCES.email.test(word) || meant === "email") return "Email";
  if (MEDIUMS.affiliate.test(medium) || meant === "affiliate" || kind === "affiliate") return "Affiliates";

  if (paid && shopping) return "Paid shopping";
  if (paid && (kind === "search" || (kind === null && click === "paid search"))) return "Paid search";
  if (paid && (kind === "social" || (kind === null && click === "paid social"))) return "Paid social";
  if (paid && kind === "video") return "Video";
  if (MEDIUMS.display.test(medium) || meant === "display" || kind === "display") return "Display";
  if (paid) return "Campaign";

  if (shopping) return "Organic shopping";
  if (kind === "ai" || MEDIUMS.ai.test(medium)) return "AI assistants";
  if (kind === "social" || MEDIUMS.social.test(medium)) return "Organic social";
  if (kind === "video" || MEDIUMS.video.test(medium)) return "Video";
  if (kind === "search" || MEDIUMS.organic.test(medium)) return "Organic search";
  if (kind === "mail") return "Email";
  if (MEDIUMS.referral.test(medium) || !tagged) return "Referral";
  return "Campaign";
}

/**
 * Where a visit came from. The source is, in this order: `utm_source`; `ref` or `source`; the network of a click id
 * that is paid for or of a mail; the referrer; the network of any other click id. Without any of them, and with no campaign, the visit is Direct.
 */
export function sourceOf({ referrer, page_url, own_hosts }: SourceInput): Source {
  const { host, query } = pageOf(page_url);
  const value = (name: string) => {
    const given = query.get(name);
    return given === undefined ? "" : cutText(redactIdentity(plainText(given).trim()), TEXT.name);
  };
  const campaign = value("utm_campaign");
  const medium = value("utm_medium").toLowerCase();
  const rest = { campaign, medium, term: value("utm_term"), content: value("utm_content") };

  const from = hostOf(referrer);
  const own = from !== "" && (matchesHost(host, from) || own_hosts.some((own_host) => matchesHost(own_host, from)));
  const referrer_host = own ? "" : from;

  const utmSource = value("utm_source");
  const tag = utmSource || value("ref") || value("source");
  const click = clickIdOf(query);

  let found: SourceName | null = null;
  if (tag) found = namedBy(tag);
  else if (click && click.means !== "organic") found = sourceByWord(click.source) ?? { name: click.source, kind: null };
  else if (referrer_host) found = sourceByHost(referrer_host) ?? { name: referrer_host, kind: null };
  else if (click) found = sourceByWord(click.source);
  else if (medium || campaign) found = { name: medium || campaign, kind: null };
  if (!found) return { source: DIRECT, channel: DIRECT, referrer_host, ...rest };

  const channel = channelOf({
    kind: found.kind,
    word: tag.toLowerCase(),
    medium,
    campaign: campaign.toLowerCase(),
    click: click?.means ?? null,
    tagged: utmSource !== "" || medium !== "" || campaign !== "",
  });
  return { source: found.name, channel, referrer_host, ...rest };
}
