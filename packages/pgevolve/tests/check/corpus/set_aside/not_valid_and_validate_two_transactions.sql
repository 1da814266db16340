-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: validation takes SHARE UPDATE EXCLUSIVE
BEGIN;
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT positive;
COMMIT;
