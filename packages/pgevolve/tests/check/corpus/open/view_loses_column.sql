-- verdict: dangerous
-- source: specification of pgevolve, section 6: view column change
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE VIEW active_users AS SELECT id, name FROM users;
-- next file
DROP VIEW active_users;
CREATE VIEW active_users AS SELECT id FROM users;
