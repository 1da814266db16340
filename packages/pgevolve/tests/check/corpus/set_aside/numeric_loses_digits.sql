-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: only a larger precision is free
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric(8, 2), state text NOT NULL DEFAULT 'new', code char(10));
-- next file
ALTER TABLE orders ALTER COLUMN total TYPE numeric(6, 2);
