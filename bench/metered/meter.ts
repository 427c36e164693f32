/** Rows written, by store and table. */
export type Rows = Record<string, number>;

const TABLE = /\b(?:INTO|UPDATE|FROM|TABLE(?: IF (?:NOT )?EXISTS)?)\s+["`]?(\w+)/i;
const DAY_TABLE = /^events_\d{8}$/;

/** The table that a statement is about; of the tables by day, `events`. */
export function tableOf(sql: string): string {
  const table = TABLE.exec(sql)?.[1] ?? "other";
  return DAY_TABLE.test(table) ? "events" : table;
}

/** What was counted so far, and calls that are billed. */
export const meter = { d1: {} as Rows, object: {} as Rows, d1_rows_read: 0, worker_requests: 0, object_requests: 0 };

function count(rows: Rows, table: string, more: number): void {
  if (more > 0) rows[table] = (rows[table] ?? 0) + more;
}

type Method = (this: unknown, ...args: never[]) => unknown;

/** Puts `wrap(original)` in the place of a method of the platform, once for all of its objects. */
function replace(prototype: object, name: string, wrap: (original: Method) => Method): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== "function") throw new Error(`The platform has no ${name} any more.`);
  Object.defineProperty(prototype, name, { value: wrap(original as Method), configurable: true, writable: true });
}

let metersObject = false;
let metersD1 = false;

/** From now on what any object writes to its SQLite is counted. */
export function meterObject(sql: SqlStorage): void {
  if (metersObject) return;
  metersObject = true;
  replace(
    Object.getPrototypeOf(sql),
    "exec",
    (original) =>
      function exec(this: unknown, ...args: never[]) {
        const cursor = original.apply(this, args) as SqlStorageCursor<Record<string, SqlStorageValue>>;
        count(meter.object, tableOf(String(args[0])), cursor.rowsWritten);
        return cursor;
      },
  );
}

interface Statement {
  statement: string;
}

/** From now on what is written to D1 is counted as D1 itself tells it. */
export function meterD1(db: D1Database): void {
  if (metersD1) return;
  metersD1 = true;
  const note = ({ statement }: Statement, { meta }: D1Result) => {
    count(meter.d1, tableOf(statement), meta.rows_written);
    meter.d1_rows_read += meta.rows_read;
  };
  replace(
    Object.getPrototypeOf(db),
    "batch",
    (original) =>
      async function batch(this: unknown, ...args: never[]) {
        const results = (await original.apply(this, args)) as D1Result[];
        const [statements] = args as unknown as [Statement[]];
        for (const [index, statement] of statements.entries()) {
          const result = results[index];
          if (result) note(statement, result);
        }
        return results;
      },
  );
  const prototype: object = Object.getPrototypeOf(db.prepare("SELECT 1"));
  for (const name of ["run", "all"]) {
    replace(
      prototype,
      name,
      (original) =>
        async function one(this: unknown, ...args: never[]) {
          const result = (await original.apply(this, args)) as D1Result;
          note(this as Statement, result);
          return result;
        },
    );
  }
}

/** Counts one row written of an alarm, as the platform bills it. */
export function meterAlarm(): void {
  count(meter.object, "(alarm)", 1);
}
