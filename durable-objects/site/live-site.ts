import type { DropNotice, IngestBatch, SiteFacts } from "../../protocol/ingest";
import {
  MARKS_LIFE,
  SNAPSHOT_EVENTS,
  SNAPSHOT_INTERVAL,
  SNAPSHOT_INTERVAL_JOURNALED,
  SNAPSHOT_INTERVAL_QUIET,
  STORED_SESSIONS,
} from "../../protocol/limits";
import { fullMinute } from "./full-minute";
import type { DailyIdentity } from "./identity";
import { apply } from "./model/apply";
import { countDrop } from "./model/drops";
import { ANONYMOUS_SESSION, type Entry } from "./model/entry";
import { addMarks, type Marks, type NewMarks } from "./model/marks";
import { finishLoading, loadPart, toParts } from "./model/parts";
import { boundTabs, expireTabs, release, touch } from "./model/presence";
import { type Resolving, resolve, splitAtGaps } from "./model/resolve";
import type { Session } from "./model/session";
import { type Changes, emptyState, forgetSession, noChanges, type SiteState } from "./model/state";
import { endSessions, forgetDays, takeClosedHours } from "./model/tick";
import { type EventRows, eventRows, joinEventRows } from "./sinks/events-table";
import { comparable, type SiteStore, type StoredParts, type StoredSession } from "./store";

/** Marks of at most this many scopes are kept in memory. */
const MARKS_CACHED = 5_000;
/** An hour is written this long after its end, when most of its sessions are over. */
export const HOUR_GRACE = 30 * 60_000;

/** A site's state in memory together with its durable form: everything that changes it goes through here. */
export class LiveSite {
  readonly store: SiteStore;
  readonly #transaction: <T>(work: () => T) => T;
  readonly #identity: DailyIdentity;
  /** With the number of ids that have rows. */
  #marks = new Map<string, { marks: Marks; saved: number }>();
  /** Scopes whose marks stand in the journal and not yet in rows of their own. */
  #unsavedMarks = new Set<string>();
  #parts: StoredParts;
  #seenSaved = new Map<number, number>();
  /** Since when there is what the snapshot does not have, milliseconds since 1970: in the journal, and nowhere else. */
  #unsaved: { journaled: number | null; only_here: number | null } = { journaled: null, only_here: null };
  /** Events in the journal that the snapshot does not have. */
  #tail = 0;
  /** Sessions written to D1 since the snapshot, which an object that wakes would write again if it did not know. */
  #stored = new Map<string, StoredSession>();
  /** Sessions that time ended since the snapshot. The journal does not tell it, so revisions of one that goes on are others. */
  #ended = new Set<string>();
  state: SiteState;
  changes: Changes;
  lastN: number;

  constructor(store: SiteStore, identity: DailyIdentity, timeZone: string, transaction: <T>(work: () => T) => T) {
    this.store = store;
    this.#identity = identity;
    this.#transaction = transaction;
    this.state = emptyState();
    const parts = new Map<string, string | null>();
    for (const [name, text] of store.parts()) {
      loadPart(this.state, name, text);
      parts.set(name, comparable(text));
    }
    this.#parts = parts;
    for (const seen of store.seen()) {
      this.state.seen.set(seen.day, seen);
      this.#seenSaved.set(seen.day, seen.hashes.size);
    }
    finishLoading(this.state);
    this.state.applied_n = store.snapshotN();
    this.changes = noChanges(this.state);
    for (const { n, entries } of store.journal(this.state.applied_n, Number.MAX_SAFE_INTEGER)) {
      for (const entry of entries) {
        this.#tail += entry.events.length;
        apply(this.state, entry, entry.time_zone ?? timeZone, this.changes);
        for (const added of entry.marks ?? []) addMarks(this.#touchMarks(added), added);
      }
      this.state.applied_n = n;
      this.#unsaved.journaled ??= entries[0]?.at ?? null;
    }
    for (const session of store.storedSessions()) this.#wasStored(session);
    // What was there before is no news to anybody.
    this.changes = noChanges(this.state);
    this.lastN = store.lastN();
  }

  /** A session that was written to D1 after the snapshot, as it was then. */
  #wasStored(stored: StoredSession): void {
    const { session_id, rev, ended } = stored;
    const session = this.state.sessions.get(session_id);
    // What D1 has is of use only for exactly that revision.
    const isEndedSince = ended && !session?.ended && session?.rev === rev - 1;
    const isSame = session?.ended === ended && session.rev === rev;
    if (!session || !(isEndedSince || isSame)) return;
    this.#stored.set(session_id, stored);
    if (isEndedSince) {
      // Time had ended it, and it would again.
      forgetSession(this.state, session_id);
      if (this.state.running.get(session.visitor_id) === session_id) this.state.running.delete(session.visitor_id);
    } else this.#isStored(session, stored);
  }

  #isStored(session: Session, { rev, at }: StoredSession): void {
    session.stored_rev = rev;
    session.stored_at = at;
    if (session.rev !== rev) return;
    session.start_moved = false;
    if (session.ended) forgetSession(this.state, session.session_id);
  }

  /** When the snapshot is to be written, or null if it has everything. */
  snapshotDue(): number | null {
    const { journaled, only_here } = this.#unsaved;
    const many = this.#tail >= SNAPSHOT_EVENTS || this.#stored.size >= STORED_SESSIONS;
    const times = [
      journaled === null
        ? null
        : many
          ? journaled + SNAPSHOT_INTERVAL
          : fullMinute(journaled + SNAPSHOT_INTERVAL_JOURNALED),
      only_here === null ? null : only_here + SNAPSHOT_INTERVAL_QUIET,
    ].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * Decides, applies and writes one row to the journal. Throws what storage throws, after which this object's memory is
   * no longer to be trusted and is rebuilt by the caller.
   */
  ingest(
    batch: IngestBatch,
    newId: () => string,
  ): { entries: Entry[]; count: number; bytes: number; touched: boolean } {
    const { site, received_at: now } = batch;
    if (this.#marks.size >= MARKS_CACHED) this.#transaction(() => this.#saveMarks(now));
    const world: Resolving = {
      daily: this.#daily(batch),
      newId,
      marksOf: (scope) => this.#marksOf(scope),
      revive: (session_id) => this.store.closedSession(session_id),
    };
    const entries: Entry[] = [];
    const rows: EventRows[] = [];
    for (const group of splitAtGaps(batch)) {
      const resolved = resolve(this.state, batch, group, world);
      if (!resolved) continue;
      const { entry, fresh } = resolved;
      entries.push(entry);
      rows.push(eventRows(entry.session_id ?? ANONYMOUS_SESSION, entry.events[0]?.n ?? 0, fresh));
      apply(this.state, entry, site.time_zone, this.changes);
      for (const added of entry.marks ?? []) this.#touchMarks(added);
    }
    const alive = batch.ping && this.#signOfLife(batch, world.daily);
    if (entries.length === 0) return { entries, count: 0, bytes: 0, touched: alive };
    const count = entries.reduce((sum, entry) => sum + entry.events.length, 0);
    return { entries, count, bytes: this.#append(entries, count, rows), touched: alive };
  }

  /** Opens a session that has no event yet. Answers the bytes written. */
  open(entry: Entry, timeZone: string): number {
    return this.#transaction(() => {
      apply(this.state, entry, timeZone, this.changes);
      return this.#append([{ ...entry, time_zone: timeZone }], 0, []);
    });
  }

  #append(entries: Entry[], count: number, rows: EventRows[]): number {
    this.lastN++;
    const bytes = this.store.append(this.lastN, count, entries, joinEventRows(rows));
    this.state.applied_n = this.lastN;
    this.#tail += count;
    this.#unsaved.journaled ??= entries[0]?.at ?? null;
    return bytes;
  }

  #daily(batch: IngestBatch): Resolving["daily"] {
    const { sender } = batch;
    const needed = sender.kind === "visitor" && sender.persistent_id === undefined;
    if (!needed || (sender.tab === undefined && (sender.user_id ?? sender.session_id) !== undefined)) {
      return { today: "", yesterday: () => null };
    }
    return this.#identity.idsOf(
      batch.site.site_id,
      batch.address,
      batch.user_agent,
      batch.received_at,
      batch.site.time_zone,
    );
  }

  /** A ping keeps the tab of a visitor open; it opens no session. True if there was one. */
  #signOfLife(batch: IngestBatch, daily: Resolving["daily"]): boolean {
    const { sender, received_at: now } = batch;
    if (sender.kind !== "visitor" || !batch.visible) return false;
    const known = sender.tab === undefined ? undefined : this.state.tabs.get(sender.tab);
    const running = [sender.persistent_id, daily.today, daily.yesterday()]
      .map((visitor) => this.state.running.get(visitor ?? ""))
      .find((id) => id !== undefined);
    const session = this.state.sessions.get(sender.session_id ?? running ?? known?.session_id ?? "");
    const visitor = session?.visitor_id ?? known?.visitor_id;
    const session_id = session?.session_id ?? known?.session_id;
    if (visitor === undefined || session_id === undefined) return false;
    touch(this.state.tabs, sender.tab ?? `s:${session_id}`, visitor, session_id, now, now);
    this.changes.numbers = true;
    this.#unsaved.only_here ??= now;
    return true;
  }

  /** The last socket of a tab is gone. Answers the bytes written: a close that what is stored contradicts has to be stored. */
  release(key: string, heard: number, goodbye: boolean, now: number): number {
    this.changes.numbers = true;
    if (!release(this.state.tabs, key, heard, goodbye, now)) return 0;
    const nothing = { visitor_id: null, session_id: null, opening: null, revived: null, dimensions: null, events: [] };
    return this.#append([{ ...nothing, at: now, tab: key, present: false, closed: { goodbye } }], 0, []);
  }

  /** Counts what was dropped on purpose. */
  drop(notice: DropNotice): void {
    const { reason, count, example, at, site } = notice;
    countDrop(this.state, reason, count, example, at, site.time_zone);
    this.changes.numbers = true;
    this.#unsaved.only_here ??= at;
  }

  #marksOf(scope: string): Marks {
    const had = this.#marks.get(scope);
    if (had) return had.marks;
    const marks = this.store.marks(scope);
    this.#marks.set(scope, { marks, saved: marks.ids.size });
    return marks;
  }

  #touchMarks({ scope }: NewMarks): Marks {
    this.#unsavedMarks.add(scope);
    return this.#marksOf(scope);
  }

  /** Gives marks rows of their own, after which the journal is no longer needed for them. */
  #saveMarks(now: number): void {
    for (const scope of this.#unsavedMarks) {
      const known = this.#marks.get(scope);
      if (known) this.store.saveMarks(scope, known.marks, known.saved, now);
    }
    this.#unsavedMarks.clear();
    this.#marks.clear();
  }

  /** Ends sessions, closes hours and forgets what is too old. True if an hour closed. */
  tick(facts: SiteFacts, now: number): boolean {
    return this.#transaction(() => {
      expireTabs(this.state.tabs, now);
      boundTabs(this.state.tabs);
      const ended = endSessions(this.state, now, facts.session_timeout_ms, this.changes);
      for (const session of ended) if (session.named) this.store.saveClosedSession(session, now);
      const rollups = takeClosedHours(this.state, now, HOUR_GRACE, facts.time_zone);
      const forgotten = forgetDays(this.state, now, facts.time_zone);
      this.store.forgetSeen(forgotten);
      for (const day of forgotten) this.#seenSaved.delete(day);
      for (const { session_id } of ended) this.#ended.add(session_id);
      // Time would do it again.
      if (ended.length > 0 || forgotten.length > 0) this.#unsaved.journaled ??= now;
      if (rollups.length === 0) return false;
      this.store.trimMarks(now - MARKS_LIFE);
      this.store.addClosedHours({ rollups, windows: this.#takeWindows(now) });
      // In the same transaction: an hour is either in the snapshot or among the closed ones, never in both or neither.
      this.#saveSnapshot(now);
      return true;
    });
  }

  #takeWindows(now: number) {
    const hourOf = (at: number) => Math.floor(at / 3_600_000) * 3_600_000;
    const taken = this.state.windows.unwritten.filter((point) => hourOf(point.at) < hourOf(now));
    this.state.windows.unwritten = this.state.windows.unwritten.filter((point) => hourOf(point.at) >= hourOf(now));
    return [...Map.groupBy(taken, (point) => hourOf(point.at))].map(([at, points]) => ({ at, points }));
  }

  /** Writes the parts that changed and drops the journal rows that are no longer needed. */
  snapshot(now: number): void {
    const due = this.snapshotDue();
    const { journaled, only_here } = this.#unsaved;
    // A clock that was set back must not put it off.
    const ahead = Math.max(journaled ?? 0, only_here ?? 0) > now;
    if (due === null || (now < due && !ahead)) return;
    this.#transaction(() => this.#saveSnapshot(now));
  }

  #saveSnapshot(now: number): void {
    this.#saveMarks(now);
    const parts = this.store.saveParts(toParts(this.state), this.#parts);
    for (const seen of this.state.seen.values()) {
      this.store.saveSeen(seen, this.#seenSaved.get(seen.day) ?? 0);
      this.#seenSaved.set(seen.day, seen.hashes.size);
    }
    this.store.setMeta("snapshot_n", String(this.state.applied_n));
    this.store.trimJournal();
    this.#parts = parts;
    this.#unsaved = { journaled: null, only_here: null };
    this.#tail = 0;
    this.#stored.clear();
    this.#ended.clear();
  }

  /**
   * D1 has these sessions as they were at `revs`. Ended ones are no longer needed here. Answers what was stored since the
   * snapshot, to be kept.
   */
  sessionsStored(sessions: readonly { session_id: string; rev: number }[], now: number): readonly StoredSession[] {
    for (const { session_id, rev } of sessions) {
      const session = this.state.sessions.get(session_id);
      if (!session) continue;
      const stored = { session_id, rev, ended: session.ended, at: now };
      this.#stored.delete(session_id);
      // While D1 was working it may have changed; and one that went on after its end has other revisions in the journal.
      const isKnown = session.rev === rev && (session.ended || !this.#ended.has(session_id));
      if (isKnown && this.#stored.size < STORED_SESSIONS) this.#stored.set(session_id, stored);
      this.#isStored(session, stored);
    }
    return [...this.#stored.values()];
  }
}
