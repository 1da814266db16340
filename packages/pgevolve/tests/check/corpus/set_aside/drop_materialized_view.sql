-- verdict: dangerous
-- source: PostgreSQL 18, DROP MATERIALIZED VIEW: running code reads it
DROP MATERIALIZED VIEW totals;
