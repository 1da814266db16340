-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, SET NOT NULL: only a valid CHECK constraint helps
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- next file
ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL) NOT VALID;
-- next file
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
