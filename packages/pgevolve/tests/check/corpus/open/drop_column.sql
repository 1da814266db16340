-- verdict: dangerous
-- source: rule of the product: no destructive changes in one step
ALTER TABLE users DROP COLUMN phone;
