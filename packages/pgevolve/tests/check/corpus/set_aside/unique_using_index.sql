-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Examples: replacing a constraint by an index built concurrently
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
-- next file
-- pgevolve: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY users_email_idx ON users (email);
-- next file
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;
