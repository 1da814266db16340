-- verdict: dangerous
-- source: issue 4, known traps: IF NOT EXISTS hiding an invalid index
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id ON orders (customer_id);
