-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: changing the type rewrites
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);
-- next file
ALTER TABLE events ALTER COLUMN at TYPE date;
