-- source: https://www.postgresql.org/docs/18/sql-createaggregate.html
-- part: other
CREATE AGGREGATE array_accum (anycompatible) (sfunc = array_append, stype = anycompatiblearray, initcond = '{}');
-- becomes
CREATE AGGREGATE array_accum (anycompatible) (sfunc = array_append, stype = anycompatiblearray);
