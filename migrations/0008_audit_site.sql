-- The log of one site is read without passing by those of all others.
CREATE INDEX audit_site ON audit (org_id, site_id, at, id);
