/** The clock of a site: 14:03:12. */
export const clockTime = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
    Date.parse(iso),
  );

/** The day at a site: Saturday, 21 November. */
export const dayName = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "long", day: "numeric", month: "long" }).format(
    Date.parse(iso),
  );
