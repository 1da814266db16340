-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TYPE, RENAME: casts of running code name it
ALTER TYPE mood RENAME TO feeling;
