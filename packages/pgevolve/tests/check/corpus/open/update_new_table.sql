-- verdict: safe
-- source: specification of pgevolve, section 6: a table that is new
CREATE TABLE kinds (id bigint PRIMARY KEY, label text NOT NULL);
INSERT INTO kinds VALUES (1, 'a'), (2, 'b');
UPDATE kinds SET label = upper(label);
