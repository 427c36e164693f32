/** What every load carries and nobody may find again: not in a file of the state folder, not in a log. */
export const CANARY = {
  address: "203.0.113.77",
  agent: "canary77",
  typed: "canary-typed-77",
  query: "canary-query-77",
} as const;
