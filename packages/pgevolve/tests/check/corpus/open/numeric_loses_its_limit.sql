-- verdict: safe
-- source: PostgreSQL 9.2 release notes: increasing the precision of numeric avoids the rewrite
CREATE TABLE items (id bigint PRIMARY KEY, price numeric(8, 2));
-- next file
ALTER TABLE items ALTER COLUMN price TYPE numeric;
