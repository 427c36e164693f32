import { EVENTS_TABLE } from "../../durable-objects/site/sinks/events-table";

/** The day tables that exist, oldest first. */
export async function dayTables(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'events_[0-9]*' ORDER BY name")
    .all<{ name: string }>();
  return results.map(({ name }) => name).filter((name) => EVENTS_TABLE.test(name));
}
