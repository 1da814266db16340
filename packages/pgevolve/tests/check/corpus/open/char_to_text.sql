-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: char(n) is padded, so that the text differs
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric(8, 2), state text NOT NULL DEFAULT 'new', code char(10));
-- next file
ALTER TABLE orders ALTER COLUMN code TYPE text;
