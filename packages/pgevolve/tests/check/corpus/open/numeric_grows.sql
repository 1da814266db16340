-- verdict: safe
-- source: issue 4, known traps: numeric precision growth
CREATE TABLE items (id bigint PRIMARY KEY, price numeric(8, 2));
-- next file
ALTER TABLE items ALTER COLUMN price TYPE numeric(12, 2);
