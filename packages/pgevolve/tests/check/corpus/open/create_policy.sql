-- verdict: safe
-- source: PostgreSQL 18, CREATE POLICY
CREATE POLICY own ON users USING (name = CURRENT_USER);
