-- source: trap: found while the planner was tried
-- part: other
CREATE TABLE t (a int);
-- becomes
CREATE FUNCTION nxt() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT nxt());
CREATE TABLE n (a int DEFAULT nxt(), CHECK (a > nxt()));
