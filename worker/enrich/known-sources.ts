import { COUNTRY_SOURCES, SOURCES, type SourceKind } from "./channel-tables";

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

/** What follows the brand in a country's domain: `de`, `co.uk`, `com.br`; also `com` itself. */
const COUNTRY = /^(?:com|[a-z]{2}|com?\.[a-z]{2})$/;
const WEBMAIL = /^(?:web)?mail\d?\./;

/** The known source at a host (lower case), or at the nearest host above it. */
export function sourceByHost(host: string): SourceName | null {
  for (let rest = host; rest !== ""; ) {
    const known = BY_HOST.get(rest);
    if (known) return known;
    const dot = rest.indexOf(".");
    if (dot < 0) break;
    const brand = COUNTRY_SOURCES.get(rest.slice(0, dot));
    rest = rest.slice(dot + 1);
    if (brand && COUNTRY.test(rest)) return BY_WORD.get(brand.toLowerCase()) ?? null;
  }
  return WEBMAIL.test(host) ? { name: host, kind: "mail" } : null;
}

/** The known source a campaign names: "google", "FB", "Hacker News". */
export const sourceByWord = (word: string): SourceName | null => BY_WORD.get(word.toLowerCase()) ?? null;
