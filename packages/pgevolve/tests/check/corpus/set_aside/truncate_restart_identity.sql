-- verdict: dangerous
-- source: PostgreSQL 18, TRUNCATE
TRUNCATE visits RESTART IDENTITY;
