-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, SET ( storage_parameter ): SHARE UPDATE EXCLUSIVE
ALTER TABLE orders SET (fillfactor = 80);
