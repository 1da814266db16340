-- verdict: safe
-- source: PostgreSQL 18, CREATE VIEW
CREATE VIEW live_users AS SELECT id, name FROM users WHERE deleted_at IS NULL;
