-- verdict: dangerous
-- source: PostgreSQL 18, numeric: a change of scale rounds and rewrites
CREATE TABLE items (id bigint PRIMARY KEY, price numeric(8, 2));
-- next file
ALTER TABLE items ALTER COLUMN price TYPE numeric(10, 1);
