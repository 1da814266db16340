-- verdict: safe
-- source: PostgreSQL 18, Row Security Policies
CREATE POLICY everybody ON users USING (true);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
