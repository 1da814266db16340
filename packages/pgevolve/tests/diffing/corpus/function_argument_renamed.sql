-- source: https://www.postgresql.org/docs/18/sql-createfunction.html
-- part: other
CREATE FUNCTION f(a integer) RETURNS integer AS 'SELECT a' LANGUAGE sql;
-- becomes
CREATE FUNCTION f(b integer, c text DEFAULT '') RETURNS integer AS 'SELECT b' LANGUAGE sql;
