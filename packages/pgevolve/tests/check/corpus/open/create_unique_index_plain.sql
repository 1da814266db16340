-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX
CREATE UNIQUE INDEX users_email ON users (lower(email));
