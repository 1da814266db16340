-- verdict: dangerous
-- source: issue 4, known traps: NOT VALID and VALIDATE in one transaction
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID, VALIDATE CONSTRAINT positive;
