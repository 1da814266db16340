-- verdict: safe
-- source: reports from users of other linters: numeric precision growth
CREATE TABLE items (id bigint PRIMARY KEY, price numeric(8, 2));
-- next file
ALTER TABLE items ALTER COLUMN price TYPE numeric(12, 2);
