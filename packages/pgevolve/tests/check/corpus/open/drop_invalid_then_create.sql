-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX: "drop the index and try again"
DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id;
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);
