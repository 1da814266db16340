-- verdict: safe
-- source: PostgreSQL 9.2, release notes: a larger precision of times needs no rewrite
CREATE TABLE slots (id bigint PRIMARY KEY, at time(0));
-- next file
ALTER TABLE slots ALTER COLUMN at TYPE time(3);
