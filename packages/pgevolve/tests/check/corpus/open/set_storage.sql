-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, SET STORAGE: rows are not rewritten
ALTER TABLE users ALTER COLUMN bio SET STORAGE external;
