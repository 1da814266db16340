-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET NOT NULL: the table is scanned
ALTER TABLE users ALTER COLUMN name SET NOT NULL, ALTER COLUMN email SET NOT NULL;
