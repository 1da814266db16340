-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: a domain with constraints rewrites
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
-- next file
ALTER TABLE items ADD COLUMN amount positive;
