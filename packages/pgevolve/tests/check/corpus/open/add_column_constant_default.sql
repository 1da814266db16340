-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: a non-volatile default is stored in the catalogue
ALTER TABLE users ADD COLUMN is_old boolean NOT NULL DEFAULT false;
