-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: a volatile default rewrites
CREATE SEQUENCE order_numbers;
ALTER TABLE orders ADD COLUMN number bigint NOT NULL DEFAULT nextval('order_numbers');
