-- verdict: dangerous
-- source: PostgreSQL 18, ALTER DOMAIN, SET NOT NULL: every column of the domain is scanned
CREATE DOMAIN slug AS text;
CREATE TABLE posts (id bigint PRIMARY KEY, name slug);
-- next file
ALTER DOMAIN slug SET NOT NULL;
