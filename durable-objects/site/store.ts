import { MARKS_PER_ROW, SQL_VALUE_BYTES } from "../../protocol/limits";
import type { WindowPoint } from "../../protocol/live";
import type { Entry } from "./model/entry";
import { emptyMarks, type Marks } from "./model/marks";
import { type RollupRow, type Seen } from "./model/rollup";
import type { Session } from "./model/session";
import type { EventRows } from "./sinks/events-table";
import { jsonChunks } from "./sinks/json-chunks";

/** The object's own SQLite: journal, marks, snapshot parts, salts. Every value here was written by this object. */

/** Journal rows that are written to D1 together under one number; written down before D1 is called. */
export interface FlushPlan {
  batch: number;
  /** Rows after `from` up to and with `to`. */
  from: number;
  to: number;
  /** Closed hours up to and with this id. */
  hours_to: number;
  /** When it was cut; names the day table. */
  at: number;
}

/** A session as D1 has it. */
export interface StoredSession {
  session_id: string;
  rev: number;
  ended: boolean;
  /** When it was written, milliseconds since 1970. */
  at: number;
}

/** How far the flush has come, as one value because every row written is paid for. */
interface Flushed {
  /** Number of the last batch that D1 has. */
  batch: number;
  /** The last row of the journal that D1 has. */
  n: number;
  /** Of the sessions written since the snapshot, as many as are worth knowing; absent: none. */
  sessions?: readonly StoredSession[];
  /** Begun and not known to be written. */
  plan: FlushPlan | null;
  /** When the last batch was written, milliseconds since 1970; absent before the first. */
  at?: number;
}

export interface ClosedHours {
  rollups: RollupRow[];
  windows: { at: number; points: WindowPoint[] }[];
}

/** What a batch did, for rebuilding memory. */
export interface JournalRow {
  n: number;
  entries: Entry[];
}

/** What of a batch goes to D1. */
export interface OutboxRow extends EventRows {
  n: number;
  events: number;
  bytes: number;
}

const SEEN_PER_ROW = 20_000;
/** Rows of a journal table that make it worth giving up: making another costs two. */
const JOURNAL_ROWS = 200;
/**
 * The journal stands in two tables by turns: deleting a row is paid for like writing one, dropping a table is not. One is
 * written while the rows of the other come to be needed no more.
 */
const JOURNAL_TABLES = ["batches", "batches_2"] as const;
const JOURNAL = `(${JOURNAL_TABLES.map((table) => `SELECT n, events, bytes, few, many, entries FROM ${table}`).join(" UNION ALL ")})`;
const createJournal = (table: string) =>
  `CREATE TABLE IF NOT EXISTS ${table} (n INTEGER PRIMARY KEY, events INTEGER NOT NULL, bytes INTEGER NOT NULL,
     few TEXT NOT NULL, many TEXT NOT NULL, entries TEXT NOT NULL)`;
/** What D1 refused waits this much longer for somebody to look at it. */
const SET_ASIDE_LIFE = 6 * 24 * 3_600_000;

export class SiteStore {
  readonly #sql: SqlStorage;
  /** The table of the journal that is written. */
  #table: string;
  /** What was read last of how far the flush has come. */
  #read: { text: string; flushed: Flushed } | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      ${JOURNAL_TABLES.map((table) => `${createJournal(table)};`).join("\n")}
      CREATE TABLE IF NOT EXISTS marks (scope TEXT NOT NULL, part INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (scope, part)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS closed_sessions (session_id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS seen (day INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (day, part)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS closed_hours (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS set_aside (at INTEGER NOT NULL, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS salts (day INTEGER PRIMARY KEY, salt BLOB NOT NULL, expires_at INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    `);
    this.#table = this.#journalTable();
  }

  meta(name: string): string | null {
    return this.#sql.exec<{ value: string }>("SELECT value FROM meta WHERE name = ?", name).toArray()[0]?.value ?? null;
  }

  setMeta(name: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value);
  }

  /** Null drops it. */
  writeMeta(name: string, value: string | null): void {
    if (value === null) this.dropMeta(name);
    else this.setMeta(name, value);
  }

  dropMeta(name: string): void {
    this.#sql.exec("DELETE FROM meta WHERE name = ?", name);
  }

  // Journal -----------------------------------------------------------------------------------------------------------

  lastN(): number {
    return Math.max(...JOURNAL_TABLES.map((table) => this.#journalSpan(table)?.to ?? 0), this.snapshotN());
  }

  /** The first and the last row of a table of the journal; null: it is empty. */
  #journalSpan(table: string): { from: number; to: number } | null {
    // Either end is found without reading what lies between, but only asked for apart.
    const { from, to } = this.#sql
      .exec<{ from: number | null; to: number | null }>(
        `SELECT (SELECT MIN(n) FROM ${table}) AS "from", (SELECT MAX(n) FROM ${table}) AS "to"`,
      )
      .one();
    return from === null || to === null ? null : { from, to };
  }

  snapshotN(): number {
    return Number(this.meta("snapshot_n") ?? 0);
  }

  flushedN(): number {
    return this.#flushed().n;
  }

  /** Answers the bytes written. `rows` of the entries' events, for D1. */
  append(n: number, events: number, entries: readonly Entry[], { few, many }: EventRows): number {
    const text = JSON.stringify(entries);
    const bytes = text.length + few.length + many.length;
    this.#sql.exec(
      `INSERT INTO ${this.#table} (n, events, bytes, few, many, entries) VALUES (?, ?, ?, ?, ?, ?)`,
      n,
      events,
      bytes,
      few,
      many,
      text,
    );
    return bytes;
  }

  *journal(after: number, to: number): Generator<JournalRow> {
    for (const { n, entries } of this.#sql.exec<{ n: number; entries: string }>(
      `SELECT n, entries FROM ${JOURNAL} WHERE n > ? AND n <= ? ORDER BY n`,
      after,
      to,
    )) {
      yield { n, entries: JSON.parse(entries) };
    }
  }

  /** The last batch of as many, up to `to`, as have at most `events` events and `bytes` bytes; null: there is none. */
  boundary(after: number, to: number, events: number, bytes: number): number | null {
    // Read to the end: a cursor that is left halfway keeps the log of writes from being reset.
    const rows = this.#sql
      .exec<{ n: number; events: number; bytes: number }>(
        `SELECT n, events, bytes FROM ${JOURNAL} WHERE n > ? AND n <= ? ORDER BY n LIMIT ?`,
        after,
        to,
        events,
      )
      .toArray();
    let last: number | null = null;
    let sumEvents = 0;
    let sumBytes = 0;
    for (const row of rows) {
      sumEvents += row.events;
      sumBytes += row.bytes;
      if (last !== null && (sumEvents > events || sumBytes > bytes)) break;
      last = row.n;
    }
    return last;
  }

  /** What of the batches in `(after, to]` goes to D1. */
  outbox(after: number, to: number): OutboxRow[] {
    return this.#sql
      .exec<{ n: number; events: number; bytes: number; few: string; many: string }>(
        `SELECT n, events, bytes, few, many FROM ${JOURNAL} WHERE n > ? AND n <= ? ORDER BY n`,
        after,
        to,
      )
      .toArray();
  }

  /** Unflushed rows of events, of the newest batches with at most `bytes` bytes together. */
  newest(bytes: number): EventRows[] {
    return this.#sql
      .exec<{ few: string; many: string }>(
        `SELECT few, many FROM (SELECT n, few, many, SUM(bytes) OVER (ORDER BY n DESC) AS sum FROM ${JOURNAL} WHERE n > ?)
         WHERE sum <= ? ORDER BY n DESC`,
        this.flushedN(),
        bytes,
      )
      .toArray();
  }

  /** Unflushed rows of batches that mention a session, which may hold events of others too. */
  mentioning(session_id: string): EventRows[] {
    const text = JSON.stringify(session_id);
    return this.#sql
      .exec<{ few: string; many: string }>(
        `SELECT few, many FROM ${JOURNAL} WHERE n > ?1 AND (instr(few, ?2) > 0 OR instr(many, ?2) > 0) ORDER BY n`,
        this.flushedN(),
        text,
      )
      .toArray();
  }

  /** Batches, events and bytes that D1 does not have yet. */
  unflushed(): { rows: number; events: number; bytes: number } {
    return this.#sql
      .exec<{ rows: number; events: number; bytes: number }>(
        `SELECT COUNT(*) AS rows, COALESCE(SUM(events), 0) AS events, COALESCE(SUM(bytes), 0) AS bytes FROM ${JOURNAL} WHERE n > ?`,
        this.flushedN(),
      )
      .one();
  }

  /** When the oldest batch that D1 does not have came, milliseconds since 1970; null: none waits. */
  oldestWaiting(): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>(
        `SELECT json_extract(entries, '$[0].at') AS at FROM ${JOURNAL} WHERE n > ? ORDER BY n LIMIT 1`,
        this.flushedN(),
      )
      .toArray();
    return row?.at ?? null;
  }

  /** When D1 last took a batch, milliseconds since 1970; null: never. */
  flushedAt(): number | null {
    return this.#flushed().at ?? null;
  }

  /** Gives up tables whose rows both D1 and the snapshot have, of `least` rows or more. */
  trimJournal(least = JOURNAL_ROWS): void {
    const needless = Math.min(this.flushedN(), this.snapshotN());
    for (const table of JOURNAL_TABLES) {
      const span = this.#journalSpan(table);
      if (!span || span.to > needless || span.to - span.from + 1 < least) continue;
      this.#sql.exec(`DROP TABLE ${table}`);
      this.#sql.exec(createJournal(table));
    }
    this.#table = this.#journalTable();
  }

  /** Which table is to be written: the one that was, until it has many rows and the other has none. */
  #journalTable(): string {
    const [first, second] = JOURNAL_TABLES.map((table) => ({ table, span: this.#journalSpan(table) })).sort(
      (a, b) => (b.span?.to ?? 0) - (a.span?.to ?? 0),
    );
    const { from, to } = first?.span ?? { from: 1, to: 0 };
    return (to - from + 1 >= JOURNAL_ROWS && !second?.span ? second?.table : first?.table) ?? JOURNAL_TABLES[0];
  }

  // Flush -------------------------------------------------------------------------------------------------------------

  #flushed(): Flushed {
    const text = this.meta("flushed");
    if (text === null) return { batch: 0, n: 0, plan: null };
    // Asked for many times a flush, and long where many sessions are noted.
    if (this.#read?.text !== text) this.#read = { text, flushed: JSON.parse(text) };
    return this.#read.flushed;
  }

  #setFlushed(flushed: Flushed): void {
    this.setMeta("flushed", JSON.stringify(flushed));
  }

  openPlan(): FlushPlan | null {
    return this.#flushed().plan;
  }

  nextBatch(): number {
    return this.#flushed().batch + 1;
  }

  beginFlush(plan: FlushPlan): void {
    this.#setFlushed({ ...this.#flushed(), plan });
  }

  /** `sessions` are those that were written since the snapshot. */
  finishFlush(plan: FlushPlan, at: number, sessions: readonly StoredSession[]): void {
    this.#setFlushed({ batch: plan.batch, n: plan.to, sessions, plan: null, at });
    this.#sql.exec("DELETE FROM closed_hours WHERE id <= ?", plan.hours_to);
    this.trimJournal();
  }

  storedSessions(): readonly StoredSession[] {
    return this.#flushed().sessions ?? [];
  }

  /** Notes the sessions that were written since the snapshot, where no batch was. */
  noteStored(sessions: readonly StoredSession[]): void {
    this.#setFlushed({ ...this.#flushed(), sessions });
  }

  /**
   * A plan that D1 refuses for its data: half of it is tried next, and a single row that is refused is set aside, so that
   * the rest flows. The number may be used again, because a refused batch was rolled back as a whole.
   */
  narrow(plan: FlushPlan, now: number): "narrowed" | "set_aside" {
    const rows = this.#sql
      .exec<{ n: number }>(`SELECT n FROM ${JOURNAL} WHERE n > ? AND n <= ? ORDER BY n`, plan.from, plan.to)
      .toArray();
    const half = rows[Math.ceil(rows.length / 2) - 1];
    if (rows.length > 1 && half) {
      this.beginFlush({ ...plan, to: half.n, hours_to: 0 });
      return "narrowed";
    }
    if (rows.length === 1 && plan.hours_to > 0) {
      this.beginFlush({ ...plan, hours_to: 0 });
      return "narrowed";
    }
    this.#sql.exec(
      `INSERT INTO set_aside SELECT ?, json_array(few, many) FROM ${JOURNAL} WHERE n > ? AND n <= ?`,
      now,
      plan.from,
      plan.to,
    );
    this.#sql.exec("INSERT INTO set_aside SELECT ?, body FROM closed_hours WHERE id <= ?", now, plan.hours_to);
    this.finishFlush(plan, now, this.storedSessions());
    return "set_aside";
  }

  addClosedHours(closed: ClosedHours): void {
    const add = (rollups: string, windows: string) =>
      this.#sql.exec("INSERT INTO closed_hours (body) VALUES (?)", `{"rollups":${rollups},"windows":${windows}}`);
    for (const json of jsonChunks(closed.rollups)) add(json, "[]");
    for (const json of jsonChunks(closed.windows)) add("[]", json);
  }

  lastClosedHours(): number {
    return this.#sql.exec<{ id: number | null }>("SELECT MAX(id) AS id FROM closed_hours").one().id ?? 0;
  }

  closedHours(to = Number.MAX_SAFE_INTEGER): ClosedHours {
    const all: ClosedHours = { rollups: [], windows: [] };
    for (const { body } of this.#sql.exec<{ body: string }>(
      "SELECT body FROM closed_hours WHERE id <= ? ORDER BY id",
      to,
    )) {
      const one: ClosedHours = JSON.parse(body);
      all.rollups.push(...one.rollups);
      all.windows.push(...one.windows);
    }
    return all;
  }

  // Marks -------------------------------------------------------------------------------------------------------------

  marks(scope: string): Marks {
    const marks = emptyMarks();
    const rows = this.#sql.exec<{ body: string }>("SELECT body FROM marks WHERE scope = ? ORDER BY part", scope);
    for (const { body } of rows) {
      const part: { seq: Marks["seq"]; ids: number[] } = JSON.parse(body);
      marks.seq.push(...part.seq);
      for (const id of part.ids) marks.ids.add(id);
    }
    return marks;
  }

  /** Ids keep the order in which they came: of `saved` ids that have rows, only those in the last row are written again. */
  saveMarks(scope: string, marks: Marks, saved: number, at: number): void {
    const ids = [...marks.ids];
    const lastOf = (count: number) => Math.max(0, Math.ceil(count / MARKS_PER_ROW) - 1);
    const last = lastOf(ids.length);
    for (let part = lastOf(saved); part <= last; part++) {
      const body = JSON.stringify({
        seq: part === last ? marks.seq : [],
        ids: ids.slice(part * MARKS_PER_ROW, (part + 1) * MARKS_PER_ROW),
      });
      this.#sql.exec("INSERT OR REPLACE INTO marks (scope, part, at, body) VALUES (?, ?, ?, ?)", scope, part, at, body);
    }
  }

  closedSession(session_id: string): Session | null {
    const rows = this.#sql.exec<{ body: string }>("SELECT body FROM closed_sessions WHERE session_id = ?", session_id);
    const body = rows.toArray()[0]?.body;
    return body ? JSON.parse(body) : null;
  }

  saveClosedSession(session: Session, at: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO closed_sessions (session_id, at, body) VALUES (?, ?, ?)",
      session.session_id,
      at,
      JSON.stringify(session),
    );
  }

  /** Forgets marks, closed sessions and what was set aside before `before`. */
  trimMarks(before: number): void {
    this.#sql.exec("DELETE FROM marks WHERE at < ?", before);
    this.#sql.exec("DELETE FROM closed_sessions WHERE at < ?", before);
    this.#sql.exec("DELETE FROM set_aside WHERE at < ?", before - SET_ASIDE_LIFE);
  }

  // Snapshot ----------------------------------------------------------------------------------------------------------

  /** Every part of the snapshot, one after the other: together they may fill much of the memory. */
  *parts(): Generator<[name: string, body: string]> {
    let part = "";
    let slices: string[] = [];
    for (const { name, body } of this.#sql.exec<{ name: string; body: string }>(
      "SELECT name, body FROM parts ORDER BY name",
    )) {
      const [base = name] = name.split("#");
      if (base !== part) {
        if (slices.length > 0) yield [part, slices.join("")];
        part = base;
        slices = [];
      }
      slices.push(body);
    }
    if (slices.length > 0) yield [part, slices.join("")];
  }

  /** Writes the parts that differ from `before` and removes those that are gone. Answers what stands there now. */
  saveParts(parts: Iterable<readonly [name: string, body: string]>, before: StoredParts): StoredParts {
    const after = new Map<string, string | null>();
    for (const [name, body] of parts) {
      after.set(name, comparable(body));
      if (before.get(name) === body) continue;
      let slices = 0;
      for (const slice of slicesOf(body)) {
        this.#sql.exec("INSERT OR REPLACE INTO parts (name, body) VALUES (?, ?)", sliceName(name, slices++), slice);
      }
      this.#removePart(name, slices);
    }
    for (const name of before.keys()) if (!after.has(name)) this.#removePart(name);
    return after;
  }

  #removePart(name: string, from = 0): void {
    this.#sql.exec("DELETE FROM parts WHERE name >= ? AND name < ?", sliceName(name, from), `${name}$`);
  }

  seen(): Seen[] {
    const days = new Map<number, Seen>();
    for (const row of this.#sql.exec<{ day: number; body: ArrayBuffer }>(
      "SELECT day, body FROM seen ORDER BY day, part",
    )) {
      const seen = days.get(row.day) ?? { day: row.day, hashes: new Set() };
      for (const hash of new Float64Array(row.body)) seen.hashes.add(hash);
      days.set(row.day, seen);
    }
    return [...days.values()];
  }

  /** Writes what was added to a day's set since `saved` hashes were written; only the last rows change. */
  saveSeen(seen: Seen, saved: number): void {
    if (seen.hashes.size === saved) return;
    const hashes = Float64Array.from(seen.hashes);
    for (let part = Math.floor(saved / SEEN_PER_ROW); part * SEEN_PER_ROW < hashes.length; part++) {
      const body = hashes.slice(part * SEEN_PER_ROW, (part + 1) * SEEN_PER_ROW).buffer;
      this.#sql.exec("INSERT OR REPLACE INTO seen (day, part, body) VALUES (?, ?, ?)", seen.day, part, body);
    }
  }

  forgetSeen(days: readonly number[]): void {
    for (const day of days) this.#sql.exec("DELETE FROM seen WHERE day = ?", day);
  }

  // Salts -------------------------------------------------------------------------------------------------------------

  salt(day: number): ArrayBuffer | null {
    return (
      this.#sql.exec<{ salt: ArrayBuffer }>("SELECT salt FROM salts WHERE day = ?", day).toArray()[0]?.salt ?? null
    );
  }

  addSalt(day: number, salt: ArrayBuffer, expires_at: number): void {
    this.#sql.exec("INSERT OR IGNORE INTO salts (day, salt, expires_at) VALUES (?, ?, ?)", day, salt, expires_at);
  }

  /** Destroys salts whose time is over; answers when the next one's is, or null. */
  expireSalts(now: number): number | null {
    this.#sql.exec("DELETE FROM salts WHERE expires_at <= ?", now);
    return this.#sql.exec<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM salts").one().at;
  }
}

/** Characters a row of a part: at most four bytes each in the worst case, so well below the limit of a value. */
const SLICE = Math.floor(SQL_VALUE_BYTES / 4);

/** At least one. No slice ends within a character of two units: storage would put others in the place of its halves. */
function* slicesOf(body: string): Generator<string> {
  let from = 0;
  do {
    let to = Math.min(from + SLICE, body.length);
    if (to < body.length && isLowSurrogate(body.charCodeAt(to))) to--;
    yield body.slice(from, to);
    from = to;
  } while (from < body.length);
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * The text of each part in storage, by which is seen what changed; null for a long one: a site that has those changes all
 * of them all the time, and texts of everything would take as much memory again.
 */
export type StoredParts = ReadonlyMap<string, string | null>;

export const comparable = (body: string): string | null => (body.length <= SLICE ? body : null);

/** `$` follows `#` in order, so a range of names covers the slices of one part. */
function sliceName(name: string, slice: number): string {
  return `${name}#${String(slice).padStart(4, "0")}`;
}
