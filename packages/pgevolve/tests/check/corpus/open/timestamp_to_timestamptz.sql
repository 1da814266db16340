-- verdict: dangerous
-- source: PostgreSQL 12 release notes: free only when the session's time zone is UTC
CREATE TABLE events (id bigint PRIMARY KEY, at timestamp);
-- next file
ALTER TABLE events ALTER COLUMN at TYPE timestamptz;
