-- source: https://www.postgresql.org/docs/18/sql-createindex.html
-- part: plain
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX t_a ON t (a);
-- becomes
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX t_a ON t (a) NULLS NOT DISTINCT;
