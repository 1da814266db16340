-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
ALTER TABLE users ADD COLUMN seen_at timestamptz DEFAULT now(), ADD CONSTRAINT users_seen UNIQUE (seen_at);
