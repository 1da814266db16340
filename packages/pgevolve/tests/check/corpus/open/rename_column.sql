-- verdict: dangerous
-- source: pgevolve.md 5: rename column
ALTER TABLE users RENAME COLUMN name TO full_name;
