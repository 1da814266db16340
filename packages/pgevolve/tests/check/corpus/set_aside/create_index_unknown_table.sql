-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE INDEX orders_placed ON orders (placed_at);
