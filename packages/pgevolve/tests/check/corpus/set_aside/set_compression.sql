-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, SET COMPRESSION: rows are not rewritten
ALTER TABLE users ALTER COLUMN bio SET COMPRESSION lz4;
