-- source: https://www.postgresql.org/docs/18/ddl-schemas.html
-- part: other
-- alone
CREATE SCHEMA one;
CREATE TABLE one.t (id integer PRIMARY KEY);
-- becomes
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE TYPE two.mood AS ENUM ('a', 'b');
CREATE TABLE one.t (id integer PRIMARY KEY, m two.mood);
CREATE TABLE two.t (id integer PRIMARY KEY REFERENCES one.t, m two.mood DEFAULT 'a');
CREATE VIEW one.v AS SELECT a.id, b.m FROM one.t a JOIN two.t b ON a.id = b.id AND a.m = b.m;
