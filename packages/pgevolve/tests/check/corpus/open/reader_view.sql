-- verdict: safe
-- source: PostgreSQL 18, CREATE VIEW
CREATE VIEW adults AS SELECT id, name FROM users WHERE age > 17;
