-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer REFERENCES p);
-- becomes
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer REFERENCES p ON DELETE CASCADE ON UPDATE SET DEFAULT);
