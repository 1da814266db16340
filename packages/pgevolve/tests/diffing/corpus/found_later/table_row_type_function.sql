-- source: trap: found while the planner was tried
-- part: other
CREATE TABLE t (a int);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
CREATE TABLE u (r t);
-- becomes
CREATE TABLE t (a int, b int);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.b';
CREATE TABLE u (r t);
CREATE INDEX u_r ON u (f(r)) WHERE false;
