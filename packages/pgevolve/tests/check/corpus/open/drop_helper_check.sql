-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, DROP CONSTRAINT: a check only forbids
CREATE TABLE users (id bigint PRIMARY KEY, age int CONSTRAINT grown CHECK (age > 17));
-- next file
ALTER TABLE users DROP CONSTRAINT grown;
