-- verdict: safe
-- source: PostgreSQL 18, UPDATE: three rows by key
CREATE TABLE kinds (id int PRIMARY KEY, label text);
-- next file
UPDATE kinds SET label = 'x' WHERE id IN (1, 2, 3);
