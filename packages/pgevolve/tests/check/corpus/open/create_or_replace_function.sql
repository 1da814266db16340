-- verdict: safe
-- source: PostgreSQL 18, CREATE FUNCTION
CREATE OR REPLACE FUNCTION total_of(bigint) RETURNS numeric LANGUAGE sql STABLE RETURN 0;
