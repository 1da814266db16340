-- verdict: dangerous
-- source: PostgreSQL 18, DELETE, USING
DELETE FROM orders USING customers c WHERE c.id = orders.customer_id AND c.gone;
