-- source: https://www.postgresql.org/docs/18/rangetypes.html
-- part: other
CREATE FUNCTION time_subtype_diff(x time, y time) RETURNS float8 AS 'SELECT EXTRACT(EPOCH FROM (x - y))' LANGUAGE sql STRICT IMMUTABLE;
CREATE TYPE timerange AS RANGE (subtype = time, subtype_diff = time_subtype_diff, multirange_type_name = many_times);
-- becomes
CREATE TABLE t (a integer);
