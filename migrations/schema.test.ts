import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import * as schema from "./schema";

const FOLDER = dirname(fileURLToPath(import.meta.url));

interface Column {
  name: string;
  type: string;
  key: boolean;
  /** Null for a column of the key: SQLite and drizzle disagree on what a key implies. */
  notNull: boolean | null;
  default: string | null;
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

function migrated(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const file of readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    db.exec(readFileSync(join(FOLDER, file), "utf8"));
  }
  return db;
}

function tablesOfSql(db: DatabaseSync) {
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return Object.fromEntries(
    names.map(({ name }) => {
      const rows = db.prepare(`PRAGMA table_info(${name})`).all();
      const columns = rows.map((row): Column => {
        const key = Number(row.pk) > 0;
        return {
          name: String(row.name),
          type: String(row.type),
          key,
          notNull: key ? null : row.notnull === 1,
          default: row.dflt_value === null ? null : String(row.dflt_value),
        };
      });
      const indexes = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
        .all(String(name))
        .map((row) => String(row.name));
      return [String(name), { columns: columns.sort(byName), indexes: indexes.sort() }];
    }),
  );
}

function tablesOfSchema() {
  const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));
  return Object.fromEntries(
    tables.map((table) => {
      const { name, columns, primaryKeys, indexes } = getTableConfig(table);
      const keys = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
      const all = columns.map((column): Column => {
        const key = column.primary || keys.has(column.name);
        return {
          name: column.name,
          type: column.getSQLType().toUpperCase(),
          key,
          notNull: key ? null : column.notNull,
          default: column.default === undefined ? null : literal(column.default),
        };
      });
      return [name, { columns: all.sort(byName), indexes: indexes.map(({ config }) => config.name).sort() }];
    }),
  );
}

const literal = (value: unknown) => (typeof value === "string" ? `'${value}'` : String(value));

test("schema.ts has the tables, columns and indexes of the migrations", () => {
  expect(tablesOfSchema()).toEqual(tablesOfSql(migrated()));
});

test("a migration only adds, since the Worker before it goes on until the new one is deployed", () => {
  const wrong: string[] = [];
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".sql"))) {
    const statements = readFileSync(join(FOLDER, file), "utf8")
      .replaceAll(/--.*$/gm, "")
      .split(";")
      .map((statement) => statement.trim());
    for (const statement of statements) if (statement !== "" && !adds(statement)) wrong.push(`${file}: ${statement}`);
  }
  expect(wrong).toEqual([]);
});

/** A table, an index that refuses nothing, or a column that an insert may leave out. */
const adds = (statement: string) =>
  /^CREATE (TABLE|INDEX) /.test(statement) ||
  (/^ALTER TABLE \w+ ADD COLUMN /.test(statement) && (!/NOT NULL/.test(statement) || /DEFAULT/.test(statement)));
