-- source: https://www.postgresql.org/docs/18/ddl-identity-columns.html
-- part: plain
CREATE TABLE people (name text);
-- becomes
CREATE TABLE people (name text, id bigint GENERATED ALWAYS AS IDENTITY);
