import { COUNTRY_BRANDS, SOURCES, type SourceKind } from "./channel-tables";

export interface SourceName {
  name: string;
  /** Null where nothing is known beyond the name. */
  kind: SourceKind | null;
}

const BY_HOST = new Map<string, SourceName>();
const BY_WORD = new Map<string, SourceName>();
for (const source of SOURCES) {
  for (const host of source.hosts) BY_HOST.set(host, source);
  for (const word of [source.name.toLowerCase(), ...(source.also ?? [])]) BY_WORD.set(word, source);
}

/** What follows the brand in a country's domain: `de`, `co.uk`, `com.br`; Catalan has its own. */
const COUNTRY = /^(?:[a-z]{2}|com?\.[a-z]{2}|cat)$/;
const WEBMAIL = /^(?:(?:web)?mail\d?|email)\./;

/** The known source at a host (lower case), or at the nearest host above it. */
export function sourceByHost(host: string): SourceName | null {
  for (let rest = host; ; ) {
    const known = BY_HOST.get(rest);
    // The mail of a portal that is known for its search.
    if (known && !(known.kind === "search" && rest !== host && WEBMAIL.test(host))) return known;
    const dot = known ? -1 : rest.indexOf(".");
    if (dot < 0) return WEBMAIL.test(host) ? { name: host, kind: "mail" } : null;
    const brand = rest.slice(0, dot);
    rest = rest.slice(dot + 1);
    if (COUNTRY_BRANDS.has(brand) && COUNTRY.test(rest)) return sourceByHost(`${host.slice(0, -rest.length)}com`);
  }
}

/** The known source a campaign names: "google", "FB", "Hacker News", "facebook_ads". */
export function sourceByWord(word: string): SourceName | null {
  const plain = word.toLowerCase();
  const known = BY_WORD.get(plain);
  if (known) return known;
  const spaced = plain.replace(/[-_]/g, " ");
  return BY_WORD.get(spaced) ?? BY_WORD.get(spaced.replace(/ ?ads$/, "")) ?? null;
}
