-- source: https://www.postgresql.org/docs/18/sql-createfunction.html
-- part: other
CREATE FUNCTION increment(i integer) RETURNS integer AS $$ BEGIN RETURN i + 1; END; $$ LANGUAGE plpgsql;
-- becomes
CREATE FUNCTION increment(i integer) RETURNS integer AS $$ BEGIN RETURN i + 2; END; $$ LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp COST 5;
COMMENT ON FUNCTION increment(integer) IS 'by two';
