-- verdict: dangerous
-- source: issue 4: a syntax error
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABEL a ADD COLUMN b int;
