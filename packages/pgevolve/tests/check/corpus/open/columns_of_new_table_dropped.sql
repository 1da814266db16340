-- verdict: safe
-- source: specification of pgevolve, section 6: a table that is new
CREATE TABLE posts (id bigint PRIMARY KEY, a text, b text);
ALTER TABLE posts DROP COLUMN a;
ALTER TABLE posts RENAME COLUMN b TO c;
ALTER TABLE posts RENAME TO articles;
