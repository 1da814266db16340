-- source: https://www.postgresql.org/docs/18/ddl-identity-columns.html
-- part: plain
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY, name text);
-- becomes
CREATE TABLE people (id bigint NOT NULL, name text);
