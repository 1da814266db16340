-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: USING that changes the contents rewrites
CREATE TABLE events (id bigint PRIMARY KEY, t varchar(10));
-- next file
ALTER TABLE events ALTER COLUMN t TYPE varchar(20) USING upper(t);
