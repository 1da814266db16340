-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: virtual generated columns never rewrite
ALTER TABLE users ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) VIRTUAL;
