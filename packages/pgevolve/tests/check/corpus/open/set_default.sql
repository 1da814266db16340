-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, SET DEFAULT: later rows only
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';
