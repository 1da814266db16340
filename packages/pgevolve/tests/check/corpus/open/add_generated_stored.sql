-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: stored generated columns rewrite
ALTER TABLE users ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED;
