-- verdict: dangerous
-- source: reports from users of other linters: NOT VALID and VALIDATE in one transaction
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID, VALIDATE CONSTRAINT positive;
