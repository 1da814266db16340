-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
CREATE TABLE distributors (did integer, name varchar(40)) WITH (fillfactor = 70, autovacuum_enabled = false);
-- becomes
CREATE TABLE distributors (did integer, name varchar(40)) WITH (fillfactor = 90, toast_tuple_target = 256);
