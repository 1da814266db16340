-- verdict: safe
-- source: PostgreSQL 18, CREATE VIEW: OR REPLACE may add columns at the end
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE VIEW active_users AS SELECT id FROM users;
-- next file
CREATE OR REPLACE VIEW active_users AS SELECT id, name FROM users;
