-- verdict: safe
-- source: https://github.com/ankane/strong_migrations/issues/128: free since 9.2
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(255));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE varchar(500);
