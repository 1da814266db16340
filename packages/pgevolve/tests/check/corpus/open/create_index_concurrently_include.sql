-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id) INCLUDE (total);
