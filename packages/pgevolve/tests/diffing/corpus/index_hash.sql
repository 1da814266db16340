-- source: https://www.postgresql.org/docs/18/indexes-types.html
-- part: plain
CREATE TABLE test1 (id integer);
-- becomes
CREATE TABLE test1 (id integer);
CREATE INDEX test1_hash ON test1 USING hash (id) WITH (fillfactor = 60);
