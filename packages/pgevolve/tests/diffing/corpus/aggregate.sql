-- source: https://www.postgresql.org/docs/18/xaggr.html
-- part: other
-- becomes
CREATE FUNCTION plus(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE AGGREGATE total (integer) (sfunc = plus, stype = integer, initcond = '0', combinefunc = plus, parallel = safe);
CREATE AGGREGATE top (x float8) (sfunc = float8larger, stype = float8, sortop = >);
COMMENT ON AGGREGATE total (integer) IS 'adds';
