-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));
-- becomes
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NO INHERIT);
