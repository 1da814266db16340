-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: ADD CONSTRAINT CHECK scans
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0);
