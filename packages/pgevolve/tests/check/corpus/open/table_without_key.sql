-- verdict: dangerous
-- source: specification of pgevolve, section 6: missing PK
CREATE TABLE notes (what text NOT NULL);
