-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer CONSTRAINT c_fk REFERENCES p);
-- becomes
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer CONSTRAINT c_fk REFERENCES p DEFERRABLE INITIALLY DEFERRED);
