-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
-- next file
-- pgevolve: transaction=off
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);
