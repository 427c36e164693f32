import { AUDIT_WAITING } from "../protocol/limits";
import { isRefused } from "./site/sinks/d1";

/** A row of the table `audit`. */
export interface AuditRow {
  org_id: string;
  /** Milliseconds since 1970. */
  at: number;
  id: string;
  site_id: string;
  user_id: string;
  action: string;
  /** JSON. */
  details: string;
}

/** Rows written to D1 by one statement: of the longest ones about 400 KB. */
const AT_ONCE = 200;

/** What members did, on its way to D1: kept in the object's storage until D1 has it. */
export class AuditTrail {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS audit_waiting (n INTEGER PRIMARY KEY, row TEXT NOT NULL)");
    sql.exec("CREATE TABLE IF NOT EXISTS audit_set_aside (row TEXT NOT NULL)");
  }

  /** False where too much waits already. */
  add(row: AuditRow): boolean {
    if (this.#waiting() >= AUDIT_WAITING) return false;
    this.#sql.exec("INSERT INTO audit_waiting (row) VALUES (?)", JSON.stringify(row));
    return true;
  }

  waits(): boolean {
    return this.#waiting() > 0;
  }

  #waiting(): number {
    return Number(this.#sql.exec("SELECT count(*) AS n FROM audit_waiting").one().n);
  }

  /**
   * Writes what waits. A repeat after a lost answer adds nothing: the rows carry their key. A row that D1 will never take is
   * set aside. Throws what D1 throws when it is away.
   */
  async flush(db: D1Database): Promise<void> {
    let most = AT_ONCE;
    for (;;) {
      const rows = this.#sql.exec("SELECT n, row FROM audit_waiting ORDER BY n LIMIT ?", most).toArray();
      const last = rows.at(-1);
      if (!last) return;
      try {
        await db
          .prepare(INSERT)
          .bind(`[${rows.map(({ row }) => String(row)).join()}]`)
          .run();
      } catch (error) {
        if (!isRefused(error)) throw error;
        // In ever smaller groups: what is good must pass.
        if (rows.length > 1) {
          most = Math.ceil(rows.length / 2);
          continue;
        }
        this.#sql.exec("INSERT INTO audit_set_aside VALUES (?)", last.row);
        console.error(JSON.stringify({ level: "error", event: "audit_refused", what: "set_aside" }));
      }
      this.#sql.exec("DELETE FROM audit_waiting WHERE n <= ?", Number(last.n));
    }
  }
}

const COLUMNS = ["org_id", "at", "id", "site_id", "user_id", "action", "details"] satisfies (keyof AuditRow)[];
const INSERT = `INSERT INTO audit (${COLUMNS.join()}) SELECT ${COLUMNS.map((name) => `value ->> '${name}'`).join()} FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`;
