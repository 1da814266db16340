-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: binary coercible types
CREATE TABLE hosts (id bigint PRIMARY KEY, net cidr);
-- next file
ALTER TABLE hosts ALTER COLUMN net TYPE inet;
