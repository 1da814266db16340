-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET NOT NULL: the whole table is scanned
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- next file
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
