-- verdict: dangerous
-- source: pgevolve.md 6: missing PK
CREATE TABLE notes (what text NOT NULL);
