-- source: https://www.postgresql.org/docs/18/indexes-intro.html
-- part: plain
CREATE TABLE test1 (id integer, content varchar);
-- becomes
CREATE TABLE test1 (id integer, content varchar);
CREATE INDEX test1_id_index ON test1 (id);
