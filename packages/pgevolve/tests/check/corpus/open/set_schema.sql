-- verdict: dangerous
-- source: pgevolve.md 6: breaking running clients
ALTER TABLE users SET SCHEMA archive;
