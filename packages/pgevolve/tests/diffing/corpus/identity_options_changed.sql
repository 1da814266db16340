-- source: https://www.postgresql.org/docs/18/ddl-identity-columns.html
-- part: plain
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 10), name text);
-- becomes
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 20 MAXVALUE 1000000 CYCLE), name text);
