-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: "clock_timestamp()" is volatile
ALTER TABLE users ADD COLUMN seen_at timestamptz DEFAULT clock_timestamp();
