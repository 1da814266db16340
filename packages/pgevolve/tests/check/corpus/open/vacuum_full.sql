-- verdict: dangerous
-- source: PostgreSQL 18, VACUUM, FULL
VACUUM FULL orders;
