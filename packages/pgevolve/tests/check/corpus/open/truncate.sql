-- verdict: dangerous
-- source: PostgreSQL 18, TRUNCATE: ACCESS EXCLUSIVE
TRUNCATE sessions;
