-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: changing the type rewrites
CREATE TABLE events (id bigint PRIMARY KEY, n smallint);
-- next file
ALTER TABLE events ALTER COLUMN n TYPE integer;
