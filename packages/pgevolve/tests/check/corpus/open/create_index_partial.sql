-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently": writers wait
CREATE INDEX orders_open ON orders (customer_id) WHERE closed_at IS NULL;
