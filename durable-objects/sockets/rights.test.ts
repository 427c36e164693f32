import { expect, test } from "vitest";
import { SQL_VALUE_BYTES, VIEWER_SOCKETS } from "../../protocol/limits";
import { readStandings } from "./rights";

/** What of a database is used; answers of each query, in any order, that `ended` are signed out. */
function databaseWhere(ended: ReadonlySet<string>) {
  const queries: number[] = [];
  const prepare = () => ({
    bind: (json: string) => ({
      all: async () => {
        queries.push(new TextEncoder().encode(json).length);
        const grants: { hash: string }[] = JSON.parse(json);
        const rows = grants.map(({ hash }, i) => ({ i, signed_in: ended.has(hash) ? 0 : 1, member: 1, site: 1 }));
        return { results: rows.reverse() };
      },
    }),
  });
  return { db: { prepare } as unknown as D1Database, queries };
}

test("ROOM-4 the rights of as many as one object holds are read in values that D1 takes, each answer for its own", async () => {
  const held = Array.from({ length: VIEWER_SOCKETS }, (_, i) => {
    const hash = String(i).padStart(64, "0");
    return { org_id: "o".repeat(22), grant: { kind: "session" as const, user_id: "u".repeat(22), hash } };
  });
  const ended = new Set([0, 7_000, 7_001, held.length - 1].map((i) => held[i]?.grant.hash ?? ""));
  const { db, queries } = databaseWhere(ended);
  const standings = await readStandings(db, held, null, 1);
  expect(Math.max(...queries)).toBeLessThanOrEqual(SQL_VALUE_BYTES);
  expect(standings).toHaveLength(held.length);
  const signedOut = held.filter((_, i) => standings[i] === "signed_out");
  expect(new Set(signedOut.map(({ grant }) => grant.hash))).toEqual(ended);
});
