-- source: https://www.postgresql.org/docs/18/sql-altertype.html
-- part: plain
CREATE TYPE colors AS ENUM ('red', 'green');
CREATE TABLE t (c colors);
-- becomes
CREATE TYPE colors AS ENUM ('red', 'green', 'orange');
CREATE TABLE t (c colors);
