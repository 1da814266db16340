-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
-- server: 18
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer);
-- becomes
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer REFERENCES p NOT ENFORCED);
