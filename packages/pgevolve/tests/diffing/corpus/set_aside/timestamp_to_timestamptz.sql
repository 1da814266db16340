-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE foo (foo_timestamp timestamp with time zone DEFAULT now());
-- becomes
CREATE TABLE foo (foo_timestamp timestamp DEFAULT now());
