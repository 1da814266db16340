-- verdict: safe
-- source: PostgreSQL 18, ALTER DOMAIN, NOT VALID
CREATE DOMAIN code AS text;
-- next file
ALTER DOMAIN code ADD CONSTRAINT short CHECK (length(VALUE) < 10) NOT VALID;
