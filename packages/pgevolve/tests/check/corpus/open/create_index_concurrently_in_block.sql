-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX: "cannot be executed inside a transaction block"
BEGIN;
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);
COMMIT;
