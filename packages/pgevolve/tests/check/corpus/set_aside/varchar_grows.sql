-- verdict: safe
-- source: reports from users of other linters: varchar(50) to varchar(100)
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
