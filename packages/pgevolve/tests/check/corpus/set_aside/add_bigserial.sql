-- verdict: dangerous
-- source: issue 4, known traps: bigserial columns
ALTER TABLE users ADD COLUMN number bigserial;
