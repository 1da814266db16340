-- source: trap: found while the planner was tried
-- part: other
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT f(a) AS b FROM t;
-- becomes
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a AS b FROM t;
