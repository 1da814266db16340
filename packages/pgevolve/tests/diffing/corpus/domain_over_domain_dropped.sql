-- source: https://www.postgresql.org/docs/18/sql-dropdomain.html
-- part: other
CREATE DOMAIN box1 AS text;
CREATE DOMAIN box2 AS box1 CHECK (VALUE <> '');
CREATE TABLE t (a integer, b box2);
-- becomes
CREATE TABLE t (a integer);
