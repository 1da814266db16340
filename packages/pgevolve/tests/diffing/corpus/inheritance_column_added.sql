-- source: https://www.postgresql.org/docs/18/ddl-inherit.html
-- part: other
CREATE TABLE cities (name text);
CREATE TABLE capitals (state char(2)) INHERITS (cities);
-- becomes
CREATE TABLE cities (name text, elevation int DEFAULT 0);
CREATE TABLE capitals (state char(2), mayor text) INHERITS (cities);
