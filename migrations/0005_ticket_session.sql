-- The session that a ticket was asked by: whoever signs out loses the socket too.
ALTER TABLE one_time_tokens ADD COLUMN session_hash TEXT;
