-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, SET NOT NULL: a valid CHECK constraint spares the scan
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- next file
ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL) NOT VALID;
-- next file
ALTER TABLE users VALIDATE CONSTRAINT email_there;
-- next file
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT email_there;
