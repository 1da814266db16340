-- verdict: dangerous
-- source: issue 4, known traps: volatile defaults
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
