-- verdict: safe
-- source: PostgreSQL 18, COMMENT
COMMENT ON COLUMN users.name IS 'as on the card';
