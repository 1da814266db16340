-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET ACCESS METHOD
ALTER TABLE orders SET ACCESS METHOD heap2;
