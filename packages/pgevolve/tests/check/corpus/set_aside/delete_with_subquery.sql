-- verdict: dangerous
-- source: PostgreSQL 18, DELETE: rows stay locked until the end
DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE gone);
