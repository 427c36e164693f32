import { desc, isNotNull } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The tables of `migrations/*.sql`, for types and queries. A test holds the columns against the applied SQL. */

export const organizations = sqliteTable("organizations", {
  id: text().primaryKey(),
  name: text().notNull(),
  created_at: integer().notNull(),
});

export const users = sqliteTable("users", {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull().default(""),
  password_hash: text(),
  created_at: integer().notNull(),
});

export const memberships = sqliteTable(
  "memberships",
  {
    org_id: text().notNull(),
    user_id: text().notNull(),
    role: text({ enum: ["owner", "admin", "editor", "viewer"] }).notNull(),
    created_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.org_id, t.user_id] }), index("memberships_user").on(t.user_id)],
);

export const site_groups = sqliteTable(
  "site_groups",
  {
    id: text().primaryKey(),
    org_id: text().notNull(),
    name: text().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index("site_groups_org").on(t.org_id)],
);

export const sites = sqliteTable(
  "sites",
  {
    id: text().primaryKey(),
    org_id: text().notNull(),
    group_id: text(),
    name: text().notNull(),
    domain: text().notNull(),
    domains: text().notNull().default("[]"),
    time_zone: text().notNull().default("UTC"),
    identity: text({ enum: ["daily", "persistent"] })
      .notNull()
      .default("daily"),
    public_counter: integer().notNull().default(0),
    rate_limit: integer().notNull().default(100),
    leaves: integer().notNull().default(1),
    excluded_paths: text().notNull().default("[]"),
    excluded_addresses: text().notNull().default("[]"),
    created_at: integer().notNull(),
    deleted_at: integer(),
  },
  (t) => [index("sites_org").on(t.org_id)],
);

export const user_sessions = sqliteTable(
  "user_sessions",
  {
    token_hash: text().primaryKey(),
    user_id: text().notNull(),
    org_id: text().notNull(),
    created_at: integer().notNull(),
    last_seen_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [index("user_sessions_user").on(t.user_id)],
);

export const one_time_tokens = sqliteTable("one_time_tokens", {
  token_hash: text().primaryKey(),
  purpose: text({ enum: ["sign_in", "ticket"] }).notNull(),
  user_id: text().notNull(),
  org_id: text().notNull(),
  expires_at: integer().notNull(),
  used_at: integer(),
  session_hash: text(),
  grant_until: integer(),
});

export const jwt_keys = sqliteTable("jwt_keys", {
  id: text().primaryKey(),
  secret: text().notNull(),
  created_at: integer().notNull(),
});

export const api_keys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    org_id: text().notNull(),
    site_id: text(),
    name: text().notNull(),
    token_hash: text().notNull().unique(),
    scopes: text().notNull(),
    created_by: text().notNull(),
    created_at: integer().notNull(),
    last_used_at: integer(),
    revoked_at: integer(),
  },
  (t) => [index("api_keys_org").on(t.org_id)],
);

export const sessions = sqliteTable(
  "sessions",
  {
    site_id: text().notNull(),
    session_id: text().notNull(),
    visitor_id: text().notNull(),
    user_id: text(),
    started_at: integer().notNull(),
    last_activity_at: integer().notNull(),
    ended_at: integer(),
    entry_page: text().notNull(),
    exit_page: text().notNull(),
    page_url: text().notNull(),
    referrer: text().notNull().default(""),
    source: text().notNull().default(""),
    channel: text().notNull().default(""),
    campaign: text().notNull().default(""),
    medium: text().notNull().default(""),
    country: text(),
    region: text(),
    city: text(),
    device_type: text().notNull().default(""),
    browser: text().notNull().default(""),
    browser_version: text().notNull().default(""),
    os: text().notNull().default(""),
    language: text().notNull().default(""),
    screen_width: integer(),
    screen_height: integer(),
    viewport_width: integer(),
    viewport_height: integer(),
    page_views: integer().notNull(),
    events: integer().notNull(),
    errors: integer().notNull(),
    engaged_ms: integer().notNull(),
    journey: text().notNull().default("[]"),
    id_mode: text({ enum: ["daily", "persistent", "given", "import"] })
      .notNull()
      .default("daily"),
  },
  (t) => [
    primaryKey({ columns: [t.site_id, t.session_id] }),
    index("sessions_started").on(t.site_id, desc(t.started_at)),
  ],
);

export const rollups = sqliteTable(
  "rollups",
  {
    site_id: text().notNull(),
    dimension: text().notNull(),
    day: integer().notNull(),
    hour: integer().notNull(),
    value: text().notNull(),
    events: integer().notNull().default(0),
    page_views: integer().notNull().default(0),
    visitors: integer().notNull().default(0),
    sessions: integer().notNull().default(0),
    bounces: integer().notNull().default(0),
    errors: integer().notNull().default(0),
    duration_ms: integer().notNull().default(0),
    engaged_ms: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.site_id, t.dimension, t.day, t.hour, t.value] })],
);

export const window_hours = sqliteTable(
  "window_hours",
  {
    site_id: text().notNull(),
    at: integer().notNull(),
    points: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.site_id, t.at] })],
);

export const flush_log = sqliteTable(
  "flush_log",
  {
    object: text().notNull(),
    batch: integer().notNull(),
    at: integer().notNull(),
    events: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.object, t.batch] })],
);

export const import_chunks = sqliteTable(
  "import_chunks",
  {
    site_id: text().notNull(),
    chunk: text().notNull(),
    at: integer().notNull(),
    lines: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.site_id, t.chunk] })],
);

export const import_salts = sqliteTable("import_salts", {
  site_id: text().primaryKey(),
  salt: text().notNull(),
  chunks: integer().notNull().default(0),
});

export const import_visitors = sqliteTable(
  "import_visitors",
  {
    site_id: text().notNull(),
    day: integer().notNull(),
    visitor_id: text().notNull(),
    seen: text().notNull(),
    sessions: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.site_id, t.day, t.visitor_id] })],
);

export const alert_rules = sqliteTable(
  "alert_rules",
  {
    id: text().primaryKey(),
    site_id: text().notNull(),
    name: text().notNull(),
    rule: text().notNull(),
    level: text({ enum: ["info", "warning", "critical"] }).notNull(),
    cooldown_s: integer().notNull(),
    webhook_url: text(),
    webhook_secret: text().notNull(),
    email: text(),
    enabled: integer().notNull().default(1),
    own_origin: text().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index("alert_rules_site").on(t.site_id)],
);

export const alert_log = sqliteTable(
  "alert_log",
  {
    site_id: text().notNull(),
    at: integer().notNull(),
    rule_id: text().notNull(),
    name: text().notNull(),
    level: text({ enum: ["info", "warning", "critical"] }).notNull(),
    message: text().notNull(),
    details: text().notNull(),
    tries: text().notNull().default("[]"),
    next_try_at: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.site_id, t.at, t.rule_id] }),
    index("alert_log_due").on(t.next_try_at).where(isNotNull(t.next_try_at)),
  ],
);

export const audit = sqliteTable(
  "audit",
  {
    org_id: text().notNull(),
    at: integer().notNull(),
    id: text().notNull(),
    site_id: text().notNull().default(""),
    user_id: text().notNull(),
    action: text().notNull(),
    details: text().notNull().default("{}"),
  },
  (t) => [primaryKey({ columns: [t.org_id, t.at, t.id] }), index("audit_site").on(t.org_id, t.site_id, t.at, t.id)],
);

export const installation = sqliteTable("installation", {
  name: text().primaryKey(),
  value: text().notNull(),
});
