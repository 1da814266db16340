-- verdict: dangerous
-- source: reports from users of other linters: unbatched UPDATE in a DDL migration
ALTER TABLE users ADD COLUMN name_key text;
UPDATE users SET name_key = lower(name);
