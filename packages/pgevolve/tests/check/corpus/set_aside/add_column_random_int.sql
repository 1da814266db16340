-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: a volatile default rewrites
ALTER TABLE users ADD COLUMN luck int DEFAULT floor(random() * 10)::int;
