-- verdict: dangerous
-- source: founding document: no destructive changes in one step
DROP TABLE users;
