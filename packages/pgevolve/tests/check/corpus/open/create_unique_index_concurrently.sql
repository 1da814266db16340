-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (lower(email));
