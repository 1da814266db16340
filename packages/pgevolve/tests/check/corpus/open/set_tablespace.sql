-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET TABLESPACE
ALTER TABLE orders SET TABLESPACE fast;
