-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: changing the type rewrites
CREATE TABLE events (id bigint PRIMARY KEY, body text);
-- next file
ALTER TABLE events ALTER COLUMN body TYPE jsonb USING body::jsonb;
