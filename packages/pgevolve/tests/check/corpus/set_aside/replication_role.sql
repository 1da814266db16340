-- verdict: dangerous
-- source: PostgreSQL 18, session_replication_role
SET session_replication_role = replica;
