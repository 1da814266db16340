-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: CURRENT_DATE is stable
ALTER TABLE orders ADD COLUMN ordered_on date NOT NULL DEFAULT CURRENT_DATE;
