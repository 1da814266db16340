-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently": writers wait
CREATE INDEX users_email_lower ON users (lower(email));
