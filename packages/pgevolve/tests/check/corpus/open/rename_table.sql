-- verdict: dangerous
-- source: specification of pgevolve, section 5: rename table
ALTER TABLE users RENAME TO people;
