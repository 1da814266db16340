-- verdict: dangerous
-- source: reports from users of other linters: IF NOT EXISTS hiding an invalid index
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id ON orders (customer_id);
