-- verdict: dangerous
-- source: reports from users of other linters: PRIMARY KEY USING INDEX over nullable columns
CREATE TABLE events (id bigint, what text);
-- next file
-- pgevolve: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY events_id ON events (id);
-- next file
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_id;
