-- verdict: safe
-- source: PostgreSQL 18, DROP INDEX, CONCURRENTLY
DROP INDEX CONCURRENTLY orders_customer_id;
