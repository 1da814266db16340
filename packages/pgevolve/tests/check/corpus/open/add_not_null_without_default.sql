-- verdict: dangerous
-- source: founding document: default values safe or nullable
ALTER TABLE users ADD COLUMN phone text NOT NULL;
