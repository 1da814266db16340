-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: an enum is no text on disk
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE events (id bigint PRIMARY KEY, m mood);
-- next file
ALTER TABLE events ALTER COLUMN m TYPE text;
