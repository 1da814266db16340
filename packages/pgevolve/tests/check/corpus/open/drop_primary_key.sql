-- verdict: dangerous
-- source: PostgreSQL 18, INSERT, ON CONFLICT: it needs the key
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric(8, 2), state text NOT NULL DEFAULT 'new', code char(10));
-- next file
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
