-- verdict: dangerous
-- source: founding document: no destructive changes in one step
ALTER TABLE users DROP COLUMN phone;
