-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Examples: USING rewrites
CREATE TABLE events (id bigint PRIMARY KEY, at bigint);
-- next file
ALTER TABLE events ALTER COLUMN at TYPE timestamptz USING to_timestamp(at);
