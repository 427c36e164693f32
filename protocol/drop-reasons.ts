/** Why an event is dropped on purpose. The sender still gets a success reply, with the reason in `X-Footfall-Dropped`. */
const DROP_REASONS = [
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

/** Why a request or an event is refused; the sender gets an error. `unreadable`: no body that can be read came in time. */
export const REFUSED_REASONS = ["invalid", "too_large", "unreadable", "rate_limited", "unavailable"] as const;

/** Why something that was sent to a site is not counted. The site's owner sees how often, by reason. */
export const LEFT_OUT_REASONS = [...DROP_REASONS, ...REFUSED_REASONS] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export const DROPPED_HEADER = "X-Footfall-Dropped";
