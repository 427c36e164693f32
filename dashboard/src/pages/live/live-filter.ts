import type { FeedItem, LiveFilter, LiveSession } from "../../../../protocol/live";

export const FILTER_FIELDS = ["page", "source", "country", "device"] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** What a session without a known country is listed under. */
export const UNKNOWN_COUNTRY = "";

export const isFiltered = (filter: LiveFilter): boolean => FILTER_FIELDS.some((field) => filter[field] !== undefined);

/** The value a session has in a field of the filter. */
export function valueOf(session: LiveSession, field: FilterField): string {
  switch (field) {
    case "page":
      return session.current_page;
    case "source":
      return session.source;
    case "country":
      return session.country ?? UNKNOWN_COUNTRY;
    case "device":
      return session.device;
    default:
      return field satisfies never;
  }
}

/** Whether a session has every given value. */
export const matches = (session: LiveSession, filter: LiveFilter): boolean =>
  FILTER_FIELDS.every((field) => filter[field] === undefined || filter[field] === valueOf(session, field));

/** Whether a line of the feed has every given value; its page is where it happened. */
export const feedMatches = (item: FeedItem, filter: LiveFilter): boolean =>
  (filter.page === undefined || filter.page === item.path) &&
  (filter.source === undefined || filter.source === item.source) &&
  (filter.country === undefined || filter.country === (item.country ?? UNKNOWN_COUNTRY)) &&
  (filter.device === undefined || filter.device === item.device);
