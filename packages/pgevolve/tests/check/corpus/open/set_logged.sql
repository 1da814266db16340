-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET LOGGED
ALTER TABLE orders SET LOGGED;
