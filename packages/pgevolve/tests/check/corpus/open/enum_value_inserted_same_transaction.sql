-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TYPE, Notes
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- next file
ALTER TYPE mood ADD VALUE 'fine';
INSERT INTO people (id, mood) VALUES (1, 'fine');
