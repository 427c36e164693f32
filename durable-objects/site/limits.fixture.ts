import { AE_LIMITS } from "../../protocol/analytics-engine";
import type { DataPoint } from "./sinks/analytics-engine";

/** D1 and Analytics Engine with the limits that production has and the local server does not enforce. */

const PARAMETERS = 100;
const VALUE_BYTES = 2_000_000;
const STATEMENT_BYTES = 100_000;
const utf8 = new TextEncoder();

function check(sql: string, params: readonly unknown[]): void {
  if (utf8.encode(sql).length > STATEMENT_BYTES) throw new Error("D1_ERROR: statement too long: SQLITE_TOOBIG");
  if (params.length > PARAMETERS) throw new Error("D1_ERROR: too many SQL variables");
  for (const param of params) {
    if (typeof param === "string" && utf8.encode(param).length > VALUE_BYTES) {
      throw new Error("D1_ERROR: string or blob too big: SQLITE_TOOBIG");
    }
    if (param === undefined || typeof param === "bigint") throw new Error("D1_TYPE_ERROR: type not supported");
  }
}

/** A D1 that refuses what production refuses. */
export function limitedD1(real: D1Database) {
  return {
    prepare(sql: string) {
      const statement = real.prepare(sql);
      check(sql, []);
      return {
        bind(...params: unknown[]) {
          check(sql, params);
          return statement.bind(...params);
        },
      };
    },
    batch: (statements: D1PreparedStatement[]) => real.batch(statements),
  };
}

/** An Analytics Engine dataset that refuses what the documentation says is refused. */
export function limitedDataset() {
  const points: DataPoint[] = [];
  return {
    points,
    writeDataPoint(point: DataPoint) {
      if (points.length >= AE_LIMITS.points_per_invocation) throw new Error("Too many data points in one invocation.");
      if (point.indexes.length > AE_LIMITS.indexes) throw new Error("Too many indexes.");
      if (point.blobs.length > AE_LIMITS.blobs || point.doubles.length > AE_LIMITS.doubles)
        throw new Error("Too many columns.");
      if (point.indexes.some((i) => utf8.encode(i).length > AE_LIMITS.index_bytes)) throw new Error("Index too long.");
      const bytes = point.blobs.reduce((sum, blob) => sum + utf8.encode(blob).length, 0);
      if (bytes > AE_LIMITS.blob_bytes) throw new Error("Blobs too long.");
      if (!point.doubles.every(Number.isFinite)) throw new Error("Not a number.");
      points.push(point);
    },
  };
}
