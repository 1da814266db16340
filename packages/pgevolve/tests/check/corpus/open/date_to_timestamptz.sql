-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: changing the type rewrites
CREATE TABLE events (id bigint PRIMARY KEY, d date);
-- next file
ALTER TABLE events ALTER COLUMN d TYPE timestamptz;
