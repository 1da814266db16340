-- verdict: safe
-- source: https://github.com/pgplex/pgschema/issues/600: the label is committed first
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE work (id int PRIMARY KEY, state status NOT NULL DEFAULT 'new');
-- next file
BEGIN;
ALTER TYPE status ADD VALUE 'active';
COMMIT;
BEGIN;
ALTER TABLE work ALTER COLUMN state SET DEFAULT 'active';
COMMIT;
