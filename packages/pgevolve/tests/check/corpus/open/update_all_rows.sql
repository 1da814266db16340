-- verdict: dangerous
-- source: issue 4, known traps: unbatched UPDATE in a DDL migration
ALTER TABLE users ADD COLUMN name_key text;
UPDATE users SET name_key = lower(name);
