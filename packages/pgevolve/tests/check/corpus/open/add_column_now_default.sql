-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: now() is stable
ALTER TABLE users ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
