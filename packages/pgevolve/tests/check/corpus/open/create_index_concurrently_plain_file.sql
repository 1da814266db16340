-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX: psql runs each statement by itself
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);
