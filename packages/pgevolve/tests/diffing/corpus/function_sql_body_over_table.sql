-- source: https://www.postgresql.org/docs/18/sql-createfunction.html
-- part: other
CREATE TABLE t (a integer, b integer);
-- becomes
CREATE TABLE t (a integer, b integer, c integer);
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT sum(t.a + t.c) FROM t; END;
