import type { Database } from "./database";

export function d1Database(db: D1Database): Database {
  return {
    async rows(sql, params) {
      const { results } = await db
        .prepare(sql)
        .bind(...params)
        .all();
      return results;
    },
    async write(statements) {
      await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
    },
  };
}
