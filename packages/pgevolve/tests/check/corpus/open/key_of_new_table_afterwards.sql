-- verdict: safe
-- source: specification of pgevolve, section 6: a table that is new
CREATE TABLE posts (id bigint, name text);
ALTER TABLE posts ADD PRIMARY KEY (id);
ALTER TABLE posts ADD UNIQUE (name);
ALTER TABLE posts ALTER COLUMN name SET NOT NULL;
