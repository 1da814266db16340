-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: identity columns rewrite
ALTER TABLE users ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
