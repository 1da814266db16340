-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: a volatile default rewrites
ALTER TABLE users ADD COLUMN seen text DEFAULT timeofday();
