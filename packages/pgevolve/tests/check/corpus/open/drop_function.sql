-- verdict: dangerous
-- source: PostgreSQL 18, DROP FUNCTION: running code calls it
DROP FUNCTION total_of(bigint);
