-- verdict: safe
-- source: PostgreSQL 18, CREATE SCHEMA
CREATE SCHEMA reports;
CREATE TABLE reports.days (day date PRIMARY KEY, visits bigint NOT NULL);
GRANT USAGE ON SCHEMA reports TO web;
