-- Rules over a site's live numbers.
CREATE TABLE alert_rules (
  id TEXT PRIMARY KEY,
  site_id TEXT NOT NULL,
  name TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (json_valid(rule)),
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'critical')),
  cooldown_s INTEGER NOT NULL CHECK (cooldown_s > 0),
  webhook_url TEXT,
  -- What its webhooks are signed with.
  webhook_secret TEXT NOT NULL,
  email TEXT,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  -- Origin of the installation as it was when the rule was saved: no webhook goes there.
  own_origin TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_rules_site ON alert_rules (site_id);

-- Every alert that was raised, kept 90 days. The key makes a repeat impossible.
CREATE TABLE alert_log (
  site_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  rule_id TEXT NOT NULL,
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'critical')),
  message TEXT NOT NULL,
  details TEXT NOT NULL CHECK (json_valid(details)),
  -- JSON array: the outcome of each try to tell somebody.
  tries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tries)),
  -- When somebody is to be told; null: nothing is left to do.
  next_try_at INTEGER,
  PRIMARY KEY (site_id, at, rule_id)
) WITHOUT ROWID;
CREATE INDEX alert_log_due ON alert_log (next_try_at) WHERE next_try_at IS NOT NULL;
