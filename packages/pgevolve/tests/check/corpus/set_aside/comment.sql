-- verdict: safe
-- source: PostgreSQL 18, COMMENT: SHARE UPDATE EXCLUSIVE
COMMENT ON TABLE users IS 'people who signed up';
