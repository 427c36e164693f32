import type { SiteEvent } from "../../../protocol/event";
import type { IngestBatch, Sender } from "../../../protocol/ingest";
import type { CountedEvent, Entry } from "./entry";
import { emptyMarks, isMarked, keysOf, type MarkSender, type Marks, mark, type NewMarks, scopesOf } from "./marks";
import type { IdMode, Session, SessionOpening } from "./session";
import type { SiteState } from "./state";

/** Daily ids of a sender: under today's salt, and under yesterday's where that still exists. */
export interface DailyIds {
  today: string;
  yesterday: () => string | null;
}

/** What resolving asks of the world. */
export interface Resolving {
  daily: DailyIds;
  newId: () => string;
  /** Live marks of a scope: changes stay. */
  marksOf: (scope: string) => Marks;
  /** The last state of a named session that has ended. */
  revive: (session_id: string) => Session | null;
}

interface Numbered {
  event: SiteEvent;
  index: number;
}

/** Events of a batch in order of time, cut where the visitor was away longer than a session may pause. */
export function splitAtGaps(batch: IngestBatch): Numbered[][] {
  const all = batch.events.map((event, i) => ({ event, index: batch.indexes[i] ?? i }));
  all.sort((a, b) => a.event.at - b.event.at || a.index - b.index);
  if (batch.sender.kind === "anonymous" || batch.sender.session_id !== undefined) return all.length ? [all] : [];
  const groups: Numbered[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const item of all) {
    const group = groups.at(-1);
    if (!group || item.event.at - last > batch.site.session_timeout_ms) groups.push([item]);
    else group.push(item);
    last = item.event.at;
  }
  return groups;
}

/** What a group of events does, and those of them that are new, in the order of the entry's. */
export interface Resolved {
  entry: Entry;
  fresh: SiteEvent[];
}

/**
 * Decides who sent a group of events, which session they belong to and which of them are new. Null: all were counted
 * before. Marks the new ones.
 */
export function resolve(state: SiteState, batch: IngestBatch, group: Numbered[], world: Resolving): Resolved | null {
  const { sender } = batch;
  if (sender.kind === "anonymous") return resolveAnonymous(state, batch, group, world);

  const visitor = visitorOf(state, sender, world);
  const first = group[0]?.event;
  if (!first) return null;
  const place = placeIn(state, batch, sender, visitor.visitor_id, first.at, group.at(-1)?.event.at ?? first.at, world);
  const { fresh, marks } = takeFresh(
    group,
    {
      tab: sender.tab ?? null,
      session: sender.session_id ?? null,
      visitor: visitor.visitor_id,
      body: batch.body_hash,
    },
    world,
  );
  if (fresh.length === 0) return null;

  const page = fresh.find((e) => e.type === "pageview") ?? fresh[0];
  const opening: SessionOpening | null = place.opens
    ? {
        ...visitor,
        user_id: sender.user_id ?? null,
        named: sender.session_id !== undefined,
        page_url: page?.page_url ?? "",
        path: page?.path ?? "/",
        referrer: batch.dimensions.referrer,
        dimensions: batch.dimensions,
        context: batch.context,
      }
    : null;
  const entry = {
    at: batch.received_at,
    visitor_id: visitor.visitor_id,
    session_id: place.session_id,
    tab: sender.tab ?? `s:${place.session_id}`,
    present: batch.visible,
    opening,
    revived: place.revived,
    dimensions: null,
    events: fresh.map((event, i) => counted(event, place.next_n + i)),
    time_zone: batch.site.time_zone,
    marks,
  };
  return { entry, fresh };
}

function resolveAnonymous(state: SiteState, batch: IngestBatch, group: Numbered[], world: Resolving): Resolved | null {
  const sender = { tab: null, session: null, visitor: null, body: batch.body_hash };
  const { fresh, marks } = takeFresh(group, sender, world);
  if (fresh.length === 0) return null;
  const entry = {
    at: batch.received_at,
    visitor_id: null,
    session_id: null,
    tab: null,
    present: false,
    opening: null,
    revived: null,
    dimensions: batch.dimensions,
    events: fresh.map((event, i) => counted(event, state.anonymous_n + i)),
    time_zone: batch.site.time_zone,
    marks,
  };
  return { entry, fresh };
}

/** The order in which an identity is taken: persistent id, daily id of a tab, a key's user, the given session. */
function visitorOf(
  state: SiteState,
  sender: Sender & { kind: "visitor" },
  world: Resolving,
): { visitor_id: string; id_mode: IdMode } {
  if (sender.persistent_id !== undefined) return { visitor_id: sender.persistent_id, id_mode: "persistent" };
  if (sender.tab !== undefined) {
    const { today } = world.daily;
    // Somebody who is here over midnight stays one visitor until that session ends.
    const yesterday = state.running.has(today) ? null : world.daily.yesterday();
    const goesOn = yesterday !== null && state.running.has(yesterday);
    return { visitor_id: goesOn ? yesterday : today, id_mode: "daily" };
  }
  if (sender.user_id !== undefined) return { visitor_id: `u:${sender.user_id}`, id_mode: "given" };
  if (sender.session_id !== undefined) return { visitor_id: `s:${sender.session_id}`, id_mode: "given" };
  return { visitor_id: world.daily.today, id_mode: "daily" };
}

interface Placing {
  session_id: string;
  opens: boolean;
  revived: Session | null;
  next_n: number;
}

function placeIn(
  state: SiteState,
  batch: IngestBatch,
  sender: Sender & { kind: "visitor" },
  visitor_id: string,
  firstAt: number,
  lastAt: number,
  world: Resolving,
): Placing {
  const goOn = (s: Session, revived: Session | null): Placing => ({
    session_id: s.session_id,
    opens: false,
    revived,
    next_n: s.next_n,
  });
  if (sender.session_id !== undefined) {
    const live = state.sessions.get(sender.session_id);
    if (live) return goOn(live, null);
    const revived = world.revive(sender.session_id);
    if (revived) return goOn(revived, revived);
    // The name may have been used before, and rows under it may be in D1: numbers of a later beginning never meet them.
    return { session_id: sender.session_id, opens: true, revived: null, next_n: batch.received_at };
  }
  const running = state.sessions.get(state.running.get(visitor_id) ?? "");
  const timeout = batch.site.session_timeout_ms;
  if (running && firstAt - running.last_at <= timeout && running.started_at - lastAt <= timeout)
    return goOn(running, null);
  return { session_id: world.newId(), opens: true, revived: null, next_n: 0 };
}

/** The events that were not counted before, and the marks by which they will be known. */
function takeFresh(group: Numbered[], sender: MarkSender, world: Resolving): { fresh: SiteEvent[]; marks: NewMarks[] } {
  const scopes = scopesOf(sender);
  const touched = new Map<string, { all: Marks; added: Marks }>();
  const marksOf = (scope: string) => {
    let marks = touched.get(scope);
    if (!marks) {
      marks = { all: world.marksOf(scope), added: emptyMarks() };
      touched.set(scope, marks);
    }
    return marks;
  };
  const fresh: SiteEvent[] = [];
  for (const { event, index } of group) {
    const keys = keysOf(event, index, scopes);
    const had = keys.some((key) => isMarked(marksOf(key.scope).all, key));
    if (had) continue;
    for (const key of keys) {
      const { all, added } = marksOf(key.scope);
      mark(all, key);
      mark(added, key);
    }
    fresh.push(event);
  }
  const marks = [...touched].map(([scope, { added }]) => ({ scope, seq: added.seq, ids: [...added.ids] }));
  return { fresh, marks };
}

function counted({ at, type, path, name, engaged_ms }: SiteEvent, n: number): CountedEvent {
  const event: CountedEvent = { n, at, type, path };
  if (name !== undefined) event.name = name;
  if (engaged_ms !== undefined) event.engaged_ms = engaged_ms;
  return event;
}
