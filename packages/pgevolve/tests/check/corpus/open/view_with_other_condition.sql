-- verdict: safe
-- source: PostgreSQL 18, CREATE OR REPLACE VIEW: the columns stay
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE VIEW named AS SELECT id, name FROM users;
-- next file
CREATE OR REPLACE VIEW named AS SELECT id, name FROM users WHERE name <> '';
