-- verdict: dangerous
-- source: reports from users of other linters: a new enum label used as a default in the same transaction
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- next file
ALTER TYPE mood ADD VALUE 'fine';
ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'fine';
