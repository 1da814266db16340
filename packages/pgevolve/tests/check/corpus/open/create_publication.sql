-- verdict: safe
-- source: PostgreSQL 18, CREATE PUBLICATION
CREATE PUBLICATION changes FOR TABLE users;
