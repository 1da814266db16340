-- verdict: safe
-- source: PostgreSQL 18, ALTER TYPE: usable after the transaction is committed
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- next file
ALTER TYPE mood ADD VALUE 'fine';
-- next file
ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'fine';
