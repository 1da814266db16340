-- verdict: safe
-- source: issue 4, known traps: varchar(50) to varchar(100)
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
