-- verdict: safe
-- source: PostgreSQL 9.2, release notes: varbit may grow without a rewrite
CREATE TABLE flags (id bigint PRIMARY KEY, bits bit varying(8));
-- next file
ALTER TABLE flags ALTER COLUMN bits TYPE bit varying(16);
