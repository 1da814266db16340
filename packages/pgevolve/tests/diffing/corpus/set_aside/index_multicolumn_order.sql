-- source: https://www.postgresql.org/docs/18/indexes-ordering.html
-- part: plain
CREATE TABLE test2 (id integer, info text);
CREATE INDEX test2_info ON test2 (info);
-- becomes
CREATE TABLE test2 (id integer, info text);
CREATE INDEX test2_info ON test2 (info NULLS FIRST, id DESC NULLS LAST);
