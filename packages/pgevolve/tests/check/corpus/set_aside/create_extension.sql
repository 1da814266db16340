-- verdict: safe
-- source: PostgreSQL 18, CREATE EXTENSION
CREATE EXTENSION IF NOT EXISTS pg_trgm;
