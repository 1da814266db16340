-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, SET DEFAULT: only later rows
ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
