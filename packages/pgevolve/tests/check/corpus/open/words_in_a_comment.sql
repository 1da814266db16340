-- verdict: safe
-- source: PostgreSQL 18, Lexical Structure, string constants
-- DROP TABLE users; UPDATE users SET name = '';
COMMENT ON TABLE users IS 'never DROP TABLE users; DELETE FROM users';
