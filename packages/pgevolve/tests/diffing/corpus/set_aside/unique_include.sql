-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
CREATE TABLE t (a integer, b text);
-- becomes
CREATE TABLE t (a integer, b text, CONSTRAINT t_a_key UNIQUE (a) INCLUDE (b));
