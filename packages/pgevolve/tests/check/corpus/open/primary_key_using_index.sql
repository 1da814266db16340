-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE: PRIMARY KEY USING INDEX over NOT NULL columns does not scan
CREATE TABLE events (id bigint NOT NULL, what text);
-- next file
-- pgevolve: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY events_id ON events (id);
-- next file
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_id;
