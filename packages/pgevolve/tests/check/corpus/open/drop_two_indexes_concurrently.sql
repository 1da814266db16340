-- verdict: dangerous
-- source: PostgreSQL 18, DROP INDEX: "Only one index name can be specified"
DROP INDEX CONCURRENTLY orders_customer_id, orders_placed;
