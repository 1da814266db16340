-- source: https://www.postgresql.org/docs/18/sql-altersequence.html
-- part: other
CREATE SEQUENCE s;
CREATE TABLE t (id bigint DEFAULT nextval('s'), other bigint);
-- becomes
CREATE SEQUENCE s;
CREATE TABLE t (id bigint DEFAULT nextval('s'), other bigint);
ALTER SEQUENCE s OWNED BY t.other;
