-- verdict: dangerous
-- source: pgevolve.md 5: rename table
ALTER TABLE users RENAME TO people;
