-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently": not inside a transaction block
DO $$ BEGIN CREATE INDEX CONCURRENTLY users_email ON users (email); END $$;
