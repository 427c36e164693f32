-- How long the token is good that a ticket was asked by: its socket ends with it.
ALTER TABLE one_time_tokens ADD COLUMN grant_until INTEGER;
