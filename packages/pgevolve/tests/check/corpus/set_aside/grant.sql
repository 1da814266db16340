-- verdict: safe
-- source: PostgreSQL 18, GRANT
GRANT SELECT ON users TO web;
