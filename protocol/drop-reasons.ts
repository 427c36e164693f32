/** Why an event is dropped on purpose. The sender still gets a success reply, with the reason in `X-Footfall-Dropped`. */
export const DROP_REASONS = [
  "bot",
  "excluded_page",
  "excluded_address",
  "own_visit",
  "opt_out",
  "foreign_origin",
  "unknown_site",
  "duplicate",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export const DROPPED_HEADER = "X-Footfall-Dropped";
