-- source: https://www.postgresql.org/docs/18/sql-dropfunction.html
-- part: other
CREATE FUNCTION next_code() RETURNS text AS $$ SELECT 'x' $$ LANGUAGE sql;
CREATE TABLE t (code text DEFAULT next_code());
-- becomes
CREATE TABLE t (code text);
