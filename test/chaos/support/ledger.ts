export interface SentEvent {
  /** Title of the event: the site's name, the writer's and a number. */
  title: string;
  /** Who sent it; each writer is one visitor. */
  writer: string;
  type: "pageview" | "signup" | "error";
  path: string;
}

/** What was sent for a site, and what of it was answered 2xx. */
export class Ledger {
  readonly sent = new Map<string, SentEvent>();
  readonly acked = new Set<string>();
  /** Answers that say something that cannot be. */
  readonly wrong: string[] = [];
}
