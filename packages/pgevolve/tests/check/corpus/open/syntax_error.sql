-- verdict: dangerous
-- source: specification of pgevolve, section 6: a syntax error
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABEL a ADD COLUMN b int;
