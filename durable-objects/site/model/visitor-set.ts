import { hash53 } from "../../pure/hash";

/** Distinct visitors, by hash: however long the ids are, the bytes of each are few, in memory and in a snapshot. */
export type VisitorSet = Set<number>;

/** As a snapshot has a visitor; those of before have the id itself. */
export type StoredVisitor = number | string;

export const visitorKey = (visitor_id: string): number => hash53(visitor_id);

export function visitorSet(stored: readonly StoredVisitor[]): VisitorSet {
  return new Set(stored.map((visitor) => (typeof visitor === "string" ? visitorKey(visitor) : visitor)));
}
