-- verdict: safe
-- source: PostgreSQL source, timestamp_support: more digits need no rewrite
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz(0));
-- next file
ALTER TABLE events ALTER COLUMN at TYPE timestamptz(3);
