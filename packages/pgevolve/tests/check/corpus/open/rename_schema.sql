-- verdict: dangerous
-- source: PostgreSQL 18, ALTER SCHEMA, RENAME
ALTER SCHEMA reports RENAME TO archive;
