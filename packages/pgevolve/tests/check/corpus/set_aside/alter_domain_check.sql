-- verdict: dangerous
-- source: PostgreSQL 18, ALTER DOMAIN: every column of the type is scanned
CREATE DOMAIN code AS text;
-- next file
ALTER DOMAIN code ADD CONSTRAINT short CHECK (length(VALUE) < 10);
