-- source: https://www.postgresql.org/docs/18/sql-altertype.html
-- part: other
CREATE TYPE compfoo AS (f1 int, f2 text);
CREATE FUNCTION getfoo() RETURNS SETOF compfoo LANGUAGE sql AS $$ SELECT 1, 'x'::text $$;
-- becomes
CREATE TYPE compfoo AS (f1 int, f2 text, f3 int);
CREATE FUNCTION getfoo() RETURNS SETOF compfoo LANGUAGE sql AS $$ SELECT 1, 'x'::text, 2 $$;
COMMENT ON TYPE compfoo IS 'three fields';
COMMENT ON COLUMN compfoo.f1 IS 'the first';
