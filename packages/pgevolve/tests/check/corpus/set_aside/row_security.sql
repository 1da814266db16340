-- verdict: dangerous
-- source: PostgreSQL 18, Row Security Policies: default deny
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
