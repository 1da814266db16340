-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE example (a integer NOT NULL, b integer NOT NULL);
-- becomes
CREATE TABLE example (a integer, b integer, PRIMARY KEY (a, b));
