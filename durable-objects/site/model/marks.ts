import type { SiteEvent } from "../../../protocol/event";
import { hash53 } from "../../pure/hash";

/**
 * What was already counted of one sender: inclusive ranges of `seq`, and hashes of other keys.
 * Marks of a tab are keyed by the tab, so that a retry meets them even when its session or network changed since.
 */
export interface Marks {
  /** Sorted, disjoint, not touching. */
  seq: [first: number, last: number][];
  ids: Set<number>;
}

/** Ranges kept of one tab; a tracker that retries what failed needs a few. */
const RANGES = 1_000;

export function emptyMarks(): Marks {
  return { seq: [], ids: new Set() };
}

/** True if `seq` lies in a range. */
export function hasSeq(marks: Marks, seq: number): boolean {
  return marks.seq.some(([first, last]) => first <= seq && seq <= last);
}

/** Adds `seq`, joining ranges that then touch. */
export function addSeq(marks: Marks, seq: number): void {
  const ranges = marks.seq;
  let i = ranges.length;
  while (i > 0 && (ranges[i - 1]?.[0] ?? 0) > seq) i--;
  const before = ranges[i - 1];
  const after = ranges[i];
  if (before && seq <= before[1]) return;
  const joinsBefore = before !== undefined && before[1] === seq - 1;
  const joinsAfter = after !== undefined && after[0] === seq + 1;
  if (joinsBefore && joinsAfter) {
    before[1] = after[1];
    ranges.splice(i, 1);
  } else if (joinsBefore) before[1] = seq;
  else if (joinsAfter) after[0] = seq;
  else ranges.splice(i, 0, [seq, seq]);
  // A tab that leaves holes for ever would grow its row without end: the oldest holes count as seen.
  const [oldest, next] = ranges;
  if (ranges.length > RANGES && oldest && next) ranges.splice(0, 2, [oldest[0], next[1]]);
}

/** Who sends, as far as marks are concerned. */
export interface MarkSender {
  tab: string | null;
  /** Session that the sender names; null where the server chooses it, because a repeat may meet another choice. */
  session: string | null;
  /** Whoever it is taken for, where neither tab nor session is known. */
  visitor: string | null;
  /** For an event with neither id nor `seq`; empty: nothing can tell a repeat, each counts. */
  body: string;
}

/** The scopes of a sender's marks, worked out once for all its events. */
export interface MarkScopes {
  /** Of `seq`. */
  tab: string | null;
  /** Of ids: its named session, else its tab, else its visitor. */
  own: string | null;
  /** Of events that are known by their body alone. */
  body: string;
  body_hash: string;
}

export function scopesOf({ session, tab, visitor, body }: MarkSender): MarkScopes {
  const tabScope = tab === null ? null : `t:${tab}`;
  const visitorScope = visitor === null ? null : `v:${visitor}`;
  const own = session === null ? (tabScope ?? visitorScope) : `s:${session}`;
  return { tab: tabScope, own, body: own ?? `b:${body.slice(0, 32)}`, body_hash: body };
}

export type MarkKey = { scope: string; seq: number } | { scope: string; id: number };

/**
 * The dedupe keys of one event. `event_id` within its session, `seq` within its tab; an event with neither is known by
 * the body it came in and its place there.
 */
export function keysOf(event: SiteEvent, index: number, scopes: MarkScopes): MarkKey[] {
  const keys: MarkKey[] = [];
  if (scopes.tab !== null && event.seq !== undefined) keys.push({ scope: scopes.tab, seq: event.seq });
  if (scopes.own !== null && event.event_id !== undefined) {
    keys.push({ scope: scopes.own, id: hash53(`e:${event.event_id}`) });
  }
  if (keys.length === 0 && scopes.body_hash !== "") {
    keys.push({ scope: scopes.body, id: hash53(`b:${scopes.body_hash}:${index}`) });
  }
  return keys;
}

export function isMarked(marks: Marks, key: MarkKey): boolean {
  return "seq" in key ? hasSeq(marks, key.seq) : marks.ids.has(key.id);
}

export function mark(marks: Marks, key: MarkKey): void {
  if ("seq" in key) addSeq(marks, key.seq);
  else marks.ids.add(key.id);
}

/** What a batch marked in one scope, as the journal keeps it. */
export interface NewMarks {
  scope: string;
  seq: Marks["seq"];
  ids: number[];
}

/** Marks again what a batch marked; doing it twice changes nothing. */
export function addMarks(marks: Marks, { seq, ids }: NewMarks): void {
  for (const [first, last] of seq) for (let n = first; n <= last; n++) addSeq(marks, n);
  for (const id of ids) marks.ids.add(id);
}
