-- verdict: safe
-- source: PostgreSQL 18, INSERT, ON CONFLICT
CREATE TABLE kinds (kind text PRIMARY KEY);
-- next file
INSERT INTO kinds (kind) VALUES ('a'), ('b') ON CONFLICT DO NOTHING;
