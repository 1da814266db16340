-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: NOT VALID
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
