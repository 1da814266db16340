-- source: https://www.postgresql.org/docs/18/sql-createdomain.html
-- part: other
-- becomes
CREATE FUNCTION is_good(t text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN t <> '';
CREATE DOMAIN good AS text COLLATE "C" CHECK (is_good(VALUE));
CREATE TABLE t (g good DEFAULT 'x');
