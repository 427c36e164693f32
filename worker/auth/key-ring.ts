import { asc, desc, sql } from "drizzle-orm";
import { jwt_keys } from "../../migrations/schema";
import type { Env } from "../env";
import { createCache } from "../store/cache";
import { dbOf } from "../store/db";
import { randomId } from "../store/random-id";
import { randomSecret } from "./secret";

/** A key of this installation, with which it signs what it will want to know again. */
export interface RingKey {
  id: string;
  secret: string;
}

const ring = createCache<RingKey[]>({ life: 5_000, size: 1 });

/** The keys, newest first; the first one is made on first use. Removing a row ends all that it signed within 5 s. */
export async function keyRing(env: Env, now: number): Promise<RingKey[]> {
  const db = dbOf(env);
  const load = () => db.select().from(jwt_keys).orderBy(desc(jwt_keys.created_at), asc(jwt_keys.id));
  const keys = await ring.get("", now, load);
  if (keys.length > 0) return keys;
  // Two at once: the statement lets one of them in, and both read that one.
  await db.run(
    sql`INSERT INTO jwt_keys (id, secret, created_at)
        SELECT ${randomId()}, ${randomSecret()}, ${now} WHERE NOT EXISTS (SELECT 1 FROM jwt_keys)`,
  );
  ring.clear();
  return ring.get("", now, load);
}

/** The key that signs now. */
export async function newestKey(env: Env, now: number): Promise<RingKey> {
  const [key] = await keyRing(env, now);
  if (!key) throw new Error("The key that was just written is not there.");
  return key;
}
