-- verdict: dangerous
-- source: PostgreSQL 18, REFRESH MATERIALIZED VIEW
REFRESH MATERIALIZED VIEW totals;
