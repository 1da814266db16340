-- verdict: dangerous
-- source: PostgreSQL 18, ALTER FUNCTION, RENAME: running code calls it
ALTER FUNCTION total_of(bigint) RENAME TO sum_of;
