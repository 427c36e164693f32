-- Tenancy -------------------------------------------------------------------------------------------------------------
CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL DEFAULT '',
  -- Scheme, parameters, salt and hash in one string, verified with its own parameters.
  password_hash TEXT,
  created_at INTEGER NOT NULL
);

CREATE TABLE memberships (
  org_id TEXT NOT NULL REFERENCES organizations (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id)
) WITHOUT ROWID;
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE site_groups (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX site_groups_org ON site_groups (org_id);

CREATE TABLE sites (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES organizations (id),
  group_id TEXT REFERENCES site_groups (id),
  name TEXT NOT NULL,
  -- First of `domains`; shown and used to build addresses.
  domain TEXT NOT NULL,
  -- JSON array of host patterns whose pages may send.
  domains TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(domains)),
  time_zone TEXT NOT NULL DEFAULT 'UTC',
  identity TEXT NOT NULL DEFAULT 'daily' CHECK (identity IN ('daily', 'persistent')),
  public_counter INTEGER NOT NULL DEFAULT 0 CHECK (public_counter IN (0, 1)),
  rate_limit INTEGER NOT NULL DEFAULT 100 CHECK (rate_limit > 0),
  -- JSON arrays: path patterns, and addresses or networks (CIDR) of own traffic.
  excluded_paths TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(excluded_paths)),
  excluded_addresses TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(excluded_addresses)),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX sites_org ON sites (org_id);

-- Signing in ----------------------------------------------------------------------------------------------------------
CREATE TABLE user_sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  org_id TEXT NOT NULL REFERENCES organizations (id),
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX user_sessions_user ON user_sessions (user_id);

-- One use, short life: the sign-in link printed at the start, and socket tickets.
CREATE TABLE one_time_tokens (
  token_hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'ticket')),
  user_id TEXT NOT NULL REFERENCES users (id),
  org_id TEXT NOT NULL REFERENCES organizations (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) WITHOUT ROWID;

CREATE TABLE jwt_keys (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES organizations (id),
  -- Null: every site of the organization.
  site_id TEXT REFERENCES sites (id),
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
);
CREATE INDEX api_keys_org ON api_keys (org_id);

-- The book of record --------------------------------------------------------------------------------------------------
CREATE TABLE sessions (
  site_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  visitor_id TEXT NOT NULL,
  user_id TEXT,
  started_at INTEGER NOT NULL,
  last_activity_at INTEGER NOT NULL,
  ended_at INTEGER,
  entry_page TEXT NOT NULL,
  exit_page TEXT NOT NULL,
  page_url TEXT NOT NULL,
  referrer TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  channel TEXT NOT NULL DEFAULT '',
  campaign TEXT NOT NULL DEFAULT '',
  medium TEXT NOT NULL DEFAULT '',
  country TEXT,
  region TEXT,
  city TEXT,
  device_type TEXT NOT NULL DEFAULT '',
  browser TEXT NOT NULL DEFAULT '',
  browser_version TEXT NOT NULL DEFAULT '',
  os TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  screen_width INTEGER,
  screen_height INTEGER,
  viewport_width INTEGER,
  viewport_height INTEGER,
  page_views INTEGER NOT NULL CHECK (page_views >= 0),
  events INTEGER NOT NULL CHECK (events >= 0),
  errors INTEGER NOT NULL CHECK (errors >= 0),
  engaged_ms INTEGER NOT NULL CHECK (engaged_ms >= 0),
  -- JSON array of [milliseconds since the start, type, path, name?], the last steps of the journey.
  journey TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(journey)),
  id_mode TEXT NOT NULL DEFAULT 'daily' CHECK (id_mode IN ('daily', 'persistent', 'given', 'import')),
  PRIMARY KEY (site_id, session_id)
) WITHOUT ROWID;
CREATE INDEX sessions_started ON sessions (site_id, started_at DESC);

-- One row a site, hour, dimension and value. `day` and `hour` are in the site's time zone.
CREATE TABLE rollups (
  site_id TEXT NOT NULL,
  dimension TEXT NOT NULL,
  -- YYYYMMDD as a number.
  day INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
  hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
  value TEXT NOT NULL,
  events INTEGER NOT NULL DEFAULT 0,
  page_views INTEGER NOT NULL DEFAULT 0,
  -- First seen that day with that value.
  visitors INTEGER NOT NULL DEFAULT 0,
  sessions INTEGER NOT NULL DEFAULT 0,
  bounces INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  -- Sum over sessions of time from first to last event.
  duration_ms INTEGER NOT NULL DEFAULT 0,
  engaged_ms INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site_id, dimension, day, hour, value)
) WITHOUT ROWID;

-- Closed 60-second windows, kept 30 days; one row an hour: JSON array of the windows' points.
CREATE TABLE window_hours (
  site_id TEXT NOT NULL,
  -- Start of the hour, milliseconds since 1970.
  at INTEGER NOT NULL,
  points TEXT NOT NULL CHECK (json_valid(points)),
  PRIMARY KEY (site_id, at)
) WITHOUT ROWID;

-- A batch that is here has been applied, whole. The key is what makes a repeat impossible.
CREATE TABLE flush_log (
  object TEXT NOT NULL,
  batch INTEGER NOT NULL,
  at INTEGER NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (object, batch)
) WITHOUT ROWID;

CREATE TABLE import_chunks (
  site_id TEXT NOT NULL,
  -- Hex SHA-256 of the chunk's lines.
  chunk TEXT NOT NULL,
  at INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (site_id, chunk)
) WITHOUT ROWID;

CREATE TABLE import_salts (
  site_id TEXT PRIMARY KEY,
  salt TEXT NOT NULL
) WITHOUT ROWID;

-- Secrets and marks of the installation itself.
CREATE TABLE installation (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
