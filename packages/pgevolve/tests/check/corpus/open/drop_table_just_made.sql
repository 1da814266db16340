-- verdict: safe
-- source: specification of pgevolve, section 6: the table is new in the same migration
CREATE TABLE scratch_rows (id bigint PRIMARY KEY);
DROP TABLE scratch_rows;
