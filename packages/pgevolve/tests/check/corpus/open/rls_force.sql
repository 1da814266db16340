-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE: storage of TOAST only
ALTER TABLE users ALTER COLUMN bio SET STORAGE EXTERNAL;
