-- verdict: dangerous
-- source: PostgreSQL 18, VACUUM: not inside a transaction block
BEGIN;
VACUUM users;
COMMIT;
