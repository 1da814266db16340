-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN fax text;
