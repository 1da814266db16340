-- verdict: safe
-- source: specification of pgevolve, section 5: drop and re-create in one transaction with the change
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE VIEW active_users AS SELECT id, name FROM users;
-- next file
DROP VIEW active_users;
ALTER TABLE users ADD COLUMN phone text;
CREATE VIEW active_users AS SELECT id, name, phone FROM users;
