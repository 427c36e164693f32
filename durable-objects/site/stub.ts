import type { SiteObject } from "./site-object";

type Method =
  | "ingest"
  | "ingestAll"
  | "openSession"
  | "dropped"
  | "takeRate"
  | "picture"
  | "totals"
  | "counterCounts"
  | "leaveCounter"
  | "counterLeaf"
  | "status"
  | "openRollups"
  | "flushedBatch"
  | "wake"
  | "watch"
  | "acted"
  | "sessionTail"
  | "unstoredSessions"
  | "unflushedEvents"
  | "alertRulesChanged"
  | "flush"
  | "fetch";

/** The object's methods as they are called from outside: what they answer arrives as a plain copy. */
export type SiteStub = {
  [K in Method]: (...args: Parameters<SiteObject[K]>) => Promise<Awaited<ReturnType<SiteObject[K]>>>;
};

/** A stub with the methods' own types: the generated ones turn tuples into arrays and refuse free data. */
export function typedStub(stub: DurableObjectStub<SiteObject>): SiteStub {
  // What crosses is a structured copy of exactly what the method answers, so this says nothing that is not so.
  return stub as unknown as SiteStub;
}
