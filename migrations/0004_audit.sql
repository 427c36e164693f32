-- What members did, newest last; the key makes a repeated write harmless.
CREATE TABLE audit (
  org_id TEXT NOT NULL,
  -- Milliseconds since 1970.
  at INTEGER NOT NULL,
  id TEXT NOT NULL,
  -- Empty: it concerns the organization.
  site_id TEXT NOT NULL DEFAULT '',
  user_id TEXT NOT NULL,
  action TEXT NOT NULL,
  details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details)),
  PRIMARY KEY (org_id, at, id)
) WITHOUT ROWID;
