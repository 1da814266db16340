-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, DROP DEFAULT: inserts of running code have no value
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric(8, 2), state text NOT NULL DEFAULT 'new', code char(10));
-- next file
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
