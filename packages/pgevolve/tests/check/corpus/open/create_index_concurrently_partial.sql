-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE INDEX CONCURRENTLY orders_open ON orders (customer_id) WHERE closed_at IS NULL;
