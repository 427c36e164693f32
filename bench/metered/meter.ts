import * as z from "zod";

/** Rows written, by table. */
export type Rows = Record<string, number>;

const TABLE = /\b(?:INTO|UPDATE|FROM|TABLE(?: IF (?:NOT )?EXISTS)?)\s+["`]?(\w+)/i;
const DAY_TABLE = /^events_\d{8}$/;

/** The table that a statement is about; of the tables by day, `events`. */
export function tableOf(sql: string): string {
  const table = TABLE.exec(sql)?.[1] ?? "other";
  return DAY_TABLE.test(table) ? "events" : table;
}

const d1: Rows = {};
const object: Rows = {};
/** What was counted so far, and calls that are billed. */
export const meter = { d1, object, d1_rows_read: 0, worker_requests: 0, object_requests: 0 };

function count(rows: Rows, table: string, more: number): void {
  if (more > 0) rows[table] = (rows[table] ?? 0) + more;
}

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

/** Puts another method in the place of one of the platform, for all of its objects. */
function replace<This, Args extends unknown[], Result>(
  prototype: object,
  name: string,
  wrap: (original: Method<This, Args, Result>) => Method<This, Args, Result>,
): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== "function") throw new Error(`The platform has no ${name} any more.`);
  // Its type is what the platform declares, and the caller repeats; a check could not see more than that.
  Object.defineProperty(prototype, name, { value: wrap(original as Method<This, Args, Result>), configurable: true });
}

let metersObject = false;
let metersD1 = false;

/** From now on what any object writes to its SQLite is counted. */
export function meterObject(sql: SqlStorage): void {
  if (metersObject) return;
  metersObject = true;
  type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>;
  replace<SqlStorage, [sql: string, ...unknown[]], Cursor>(
    Object.getPrototypeOf(sql),
    "exec",
    (exec) =>
      function (...args) {
        const cursor = exec.apply(this, args);
        count(object, tableOf(args[0]), cursor.rowsWritten);
        return cursor;
      },
  );
}

/** A prepared statement shows its text, though its type does not say so. */
const Prepared = z.object({ statement: z.string() });

function note(statement: unknown, { meta }: D1Result): void {
  count(d1, tableOf(Prepared.parse(statement).statement), meta.rows_written);
  meter.d1_rows_read += meta.rows_read;
}

/** From now on what is written to D1 is counted as D1 itself tells it. */
export function meterD1(db: D1Database): void {
  if (metersD1) return;
  metersD1 = true;
  replace<D1Database, [D1PreparedStatement[]], Promise<D1Result[]>>(
    Object.getPrototypeOf(db),
    "batch",
    (batch) =>
      async function (statements) {
        const results = await batch.call(this, statements);
        for (const [index, result] of results.entries()) note(statements[index], result);
        return results;
      },
  );
  const prototype: object = Object.getPrototypeOf(db.prepare("SELECT 1"));
  for (const name of ["run", "all"]) {
    replace<D1PreparedStatement, [], Promise<D1Result>>(
      prototype,
      name,
      (one) =>
        async function () {
          const result = await one.call(this);
          note(this, result);
          return result;
        },
    );
  }
}

/** Counts one row written of an alarm, as the platform bills it. */
export function meterAlarm(): void {
  count(object, "(alarm)", 1);
}
