-- verdict: safe
-- source: PostgreSQL 18, CREATE MATERIALIZED VIEW: readers and writers go on
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id WITH NO DATA;
