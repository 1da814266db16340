-- verdict: safe
-- source: specification of pgevolve, section 6: a table that is new
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
CREATE INDEX b_a ON b (a_id);
ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a (id);
