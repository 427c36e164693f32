-- What an import has to know of earlier chunks, so that any cutting of the same lines ends in the same numbers.
CREATE TABLE import_visitors (
  site_id TEXT NOT NULL,
  -- YYYYMMDD in the site's time zone; a visitor id belongs to one day.
  day INTEGER NOT NULL,
  visitor_id TEXT NOT NULL,
  -- JSON array of hashes: the dimensions and values with which this visitor was counted.
  seen TEXT NOT NULL CHECK (json_valid(seen)),
  -- JSON array of [session_id, hour]: the sessions, and the hour in which each was opened.
  sessions TEXT NOT NULL CHECK (json_valid(sessions)),
  PRIMARY KEY (site_id, day, visitor_id)
) WITHOUT ROWID;

-- Counts applied chunks: a chunk that was computed from an older state is refused and computed again.
ALTER TABLE import_salts ADD COLUMN chunks INTEGER NOT NULL DEFAULT 0;
