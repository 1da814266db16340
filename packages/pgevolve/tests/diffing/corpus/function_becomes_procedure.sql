-- source: https://www.postgresql.org/docs/18/sql-createprocedure.html
-- part: other
CREATE FUNCTION act(a integer) RETURNS void LANGUAGE sql AS '';
-- becomes
CREATE PROCEDURE act(a integer) LANGUAGE sql AS '';
