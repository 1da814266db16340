-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE: no row of a column without default refers to anything; index follows
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY);
-- next file
ALTER TABLE orders ADD COLUMN customer_id bigint;
-- next file
-- pgevolve: transaction=off
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);
-- next file
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
