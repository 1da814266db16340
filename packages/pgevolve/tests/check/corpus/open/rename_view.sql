-- verdict: dangerous
-- source: PostgreSQL 18, ALTER VIEW, RENAME: running code reads it
ALTER VIEW live_users RENAME TO active_users;
