-- verdict: safe
-- source: PostgreSQL 18, CREATE SEQUENCE
CREATE SEQUENCE numbers START 100;
