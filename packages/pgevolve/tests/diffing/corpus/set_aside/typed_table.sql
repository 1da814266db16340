-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: other
-- becomes
CREATE TYPE employee_type AS (name text, salary numeric);
CREATE TABLE employees OF employee_type (PRIMARY KEY (name), salary WITH OPTIONS DEFAULT 1000);
