-- verdict: dangerous
-- source: reports from users of other linters: volatile defaults
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
