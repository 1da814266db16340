-- verdict: dangerous
-- source: PostgreSQL 18, LOCK
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
