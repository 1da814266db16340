-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET DATA TYPE: USING rewrites
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE events (id bigint PRIMARY KEY, m text);
-- next file
ALTER TABLE events ALTER COLUMN m TYPE mood USING m::mood;
