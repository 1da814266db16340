-- verdict: dangerous
-- source: specification of pgevolve, section 6: backfill in the DDL transaction
CREATE TABLE user_names (user_id bigint PRIMARY KEY, name text);
INSERT INTO user_names SELECT id, name FROM users;
