-- verdict: safe
-- source: PostgreSQL 18 release notes: NOT NULL constraints may be NOT VALID
ALTER TABLE users ADD CONSTRAINT email_there NOT NULL email NOT VALID;
-- next file
ALTER TABLE users VALIDATE CONSTRAINT email_there;
