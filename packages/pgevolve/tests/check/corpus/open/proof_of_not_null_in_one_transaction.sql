-- verdict: dangerous
-- source: https://github.com/pgplex/pgschema/pull/566: all steps in one transaction
ALTER TABLE users ADD CONSTRAINT n CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT n;
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT n;
