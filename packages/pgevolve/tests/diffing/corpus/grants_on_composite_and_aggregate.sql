-- source: https://www.postgresql.org/docs/18/ddl-priv.html
-- part: other
-- becomes
CREATE TYPE pair AS (a integer, b integer);
REVOKE USAGE ON TYPE pair FROM PUBLIC;
CREATE AGGREGATE most (integer) (sfunc = int4larger, stype = integer);
REVOKE EXECUTE ON FUNCTION most (integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION most (integer) TO corpus_reader;
