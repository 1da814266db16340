-- source: https://www.postgresql.org/docs/18/ddl-inherit.html
-- part: other
-- becomes
CREATE TABLE cities (name text, population float, elevation int CHECK (elevation > -500));
CREATE TABLE capitals (state char(2)) INHERITS (cities);
CREATE INDEX capitals_state ON capitals (state);
