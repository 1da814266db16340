-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE: ADD CONSTRAINT NOT NULL scans
ALTER TABLE users ADD CONSTRAINT email_there NOT NULL email;
