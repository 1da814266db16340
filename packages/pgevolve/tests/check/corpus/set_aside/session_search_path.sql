-- verdict: dangerous
-- source: PostgreSQL 18, SET: it lasts beyond the transaction
SET search_path = archive;
ALTER TABLE users ADD COLUMN phone text;
