import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { hashPassword } from "../durable-objects/org/password.ts";
import { Problem } from "./problem.ts";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

export interface SeedOptions {
  /** Folder that takes the file `key`. */
  state: string;
  /** Address the server listens on; pages of it may send to the demo site. */
  host: string;
  /** Unset: the owner keeps what was set before, or gets owner@example.com and a random password. */
  email: string | undefined;
  password: string | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

export interface Seeded {
  email: string;
  /** Only when it was made up just now. */
  newPassword: string | null;
  /** Signs the owner in, once. */
  signInToken: string;
}

const DEMO = "demo";
const LOCAL_KEY = "local";
const SIGN_IN_LIFE = 24 * 3_600_000;

/** Makes the demo organization, group, site, owner and API key where they are missing, and a new sign-in link. */
export async function seed(db: Database, options: SeedOptions): Promise<Seeded> {
  const { now } = options;
  await db.batch([
    db.prepare("INSERT OR IGNORE INTO organizations (id, name, created_at) VALUES (?, 'Demo', ?)").bind(DEMO, now),
    db
      .prepare("INSERT OR IGNORE INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'Demo', ?)")
      .bind(DEMO, DEMO, now),
  ]);
  await seedSite(db, options);
  const owner = await seedOwner(db, options);
  await seedKey(db, options, owner.id);
  const signInToken = randomToken();
  await db.batch([
    db.prepare("DELETE FROM one_time_tokens WHERE expires_at < ?").bind(now),
    db
      .prepare(
        "INSERT INTO one_time_tokens (token_hash, purpose, user_id, org_id, expires_at) VALUES (?, 'sign_in', ?, ?, ?)",
      )
      .bind(sha256(signInToken), owner.id, DEMO, now + SIGN_IN_LIFE),
  ]);
  return { email: owner.email, newPassword: owner.newPassword, signInToken };
}

async function seedSite(db: Database, { host, now }: SeedOptions): Promise<void> {
  const row = await db.prepare("SELECT domains FROM sites WHERE id = ?").bind(DEMO).first<{ domains: string }>();
  const present: string[] = row ? JSON.parse(row.domains) : [];
  const domains = JSON.stringify([...new Set([...present, ...localHosts(host)])]);
  if (row === null) {
    await db
      .prepare(
        "INSERT INTO sites (id, org_id, group_id, name, domain, domains, created_at) VALUES (?, ?, ?, 'Harbour Coffee', 'localhost', ?, ?)",
      )
      .bind(DEMO, DEMO, DEMO, domains, now)
      .run();
  } else if (domains !== row.domains) {
    await db.prepare("UPDATE sites SET domains = ? WHERE id = ?").bind(domains, DEMO).run();
  }
}

/** Host names under which a browser may open the demo shop. */
function localHosts(host: string): string[] {
  const everywhere = host === "0.0.0.0" || host === "::";
  const others = everywhere
    ? Object.values(networkInterfaces()).flatMap((list) =>
        (list ?? []).filter(({ family }) => family === "IPv4").map(({ address }) => address),
      )
    : [host];
  return [...new Set(["localhost", "127.0.0.1", ...others])];
}

async function seedOwner(db: Database, { email, password, now }: SeedOptions) {
  // Before anything is asked: the runtime closes a connection that is idle while a busy machine takes seconds for it.
  const given = password === undefined ? null : await hashPassword(password);
  const row = await db
    .prepare(
      "SELECT users.id, users.email FROM memberships JOIN users ON users.id = user_id WHERE org_id = ? AND role = 'owner' ORDER BY memberships.created_at LIMIT 1",
    )
    .bind(DEMO)
    .first<{ id: string; email: string }>();
  if (row !== null) {
    if (given !== null) await db.prepare("UPDATE users SET password_hash = ? WHERE id = ?").bind(given, row.id).run();
    if (email !== undefined && email !== row.email) await changeEmail(db, row.id, email);
    return { id: row.id, email: email ?? row.email, newPassword: null };
  }
  const id = randomUUID();
  const address = email ?? "owner@example.com";
  const newPassword = password === undefined ? randomPassword() : null;
  await db.batch([
    db
      .prepare("INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?, ?, 'Owner', ?, ?)")
      .bind(id, address, given ?? (await hashPassword(newPassword ?? "")), now),
    db
      .prepare("INSERT INTO memberships (org_id, user_id, role, created_at) VALUES (?, ?, 'owner', ?)")
      .bind(DEMO, id, now),
  ]);
  return { id, email: address, newPassword };
}

async function changeEmail(db: Database, id: string, email: string): Promise<void> {
  const taken = await db.prepare("SELECT id FROM users WHERE email = ?").bind(email).first();
  if (taken !== null) {
    throw new Problem(`${email} belongs to another member. Unset FOOTFALL_OWNER_EMAIL, or give another address.`);
  }
  await db.prepare("UPDATE users SET email = ? WHERE id = ?").bind(email, id).run();
}

/** The key of `npm run load` and `npm run import`. It stays the same over restarts, so that a running one goes on. */
async function seedKey(db: Database, { state, now }: SeedOptions, owner: string): Promise<void> {
  const file = join(state, "key");
  const known = await db
    .prepare("SELECT token_hash FROM api_keys WHERE id = ? AND revoked_at IS NULL")
    .bind(LOCAL_KEY)
    .first<{ token_hash: string }>();
  if (known !== null && existsSync(file) && sha256((await readFile(file, "utf8")).trim()) === known.token_hash) return;
  const token = `ff_${LOCAL_KEY}_${randomToken()}`;
  await db
    .prepare(
      `INSERT INTO api_keys (id, org_id, name, token_hash, scopes, created_by, created_at)
       VALUES (?, ?, 'This machine (load and import)', ?, '["ingest","read"]', ?, ?)
       ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at, revoked_at = NULL`,
    )
    .bind(LOCAL_KEY, DEMO, sha256(token), owner, now)
    .run();
  await writeFile(file, `${token}\n`, { mode: 0o600 });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/** 100 bits, in letters and digits that cannot be mistaken for each other. */
function randomPassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789x";
  const text = Array.from(randomBytes(20), (byte) => letters[byte % 32]).join("");
  return text.replace(/(.{5})(?=.)/g, "$1-");
}
