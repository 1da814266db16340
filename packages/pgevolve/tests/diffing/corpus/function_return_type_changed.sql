-- source: https://www.postgresql.org/docs/18/sql-createfunction.html
-- part: other
CREATE FUNCTION dup(int) RETURNS text AS $$ SELECT $1::text $$ LANGUAGE sql;
CREATE VIEW v AS SELECT dup(1) AS d;
-- becomes
CREATE FUNCTION dup(int) RETURNS integer AS $$ SELECT $1 $$ LANGUAGE sql;
CREATE VIEW v AS SELECT dup(1) AS d;
