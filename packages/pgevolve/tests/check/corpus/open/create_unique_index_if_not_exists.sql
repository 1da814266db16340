-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE UNIQUE INDEX IF NOT EXISTS users_email ON users (email);
