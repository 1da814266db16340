-- verdict: dangerous
-- source: reports from users of other linters: bigserial columns
ALTER TABLE users ADD COLUMN number bigserial;
