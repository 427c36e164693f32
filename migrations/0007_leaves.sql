-- Objects that take a busy site's requests in front of its own, at least.
ALTER TABLE sites ADD COLUMN leaves INTEGER NOT NULL DEFAULT 1 CHECK (leaves BETWEEN 1 AND 32);
