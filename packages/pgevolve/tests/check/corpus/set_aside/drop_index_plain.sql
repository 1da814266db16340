-- verdict: dangerous
-- source: PostgreSQL 18, DROP INDEX, CONCURRENTLY
DROP INDEX orders_customer_id;
