-- verdict: dangerous
-- source: PostgreSQL 18, UUID Functions: uuidv7() is volatile
ALTER TABLE users ADD COLUMN token uuid DEFAULT uuidv7();
