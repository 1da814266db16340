-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, ADD table_constraint_using_index, Notes
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
