-- verdict: dangerous
-- source: pgevolve.md 6: delete without where
DELETE FROM sessions;
