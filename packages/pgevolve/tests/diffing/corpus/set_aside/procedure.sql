-- source: https://www.postgresql.org/docs/18/sql-createprocedure.html
-- part: other
CREATE TABLE tbl (v integer);
CREATE PROCEDURE gone() LANGUAGE sql AS '';
-- becomes
CREATE TABLE tbl (v integer);
CREATE PROCEDURE insert_data(a integer, b integer) LANGUAGE sql AS $$ INSERT INTO tbl VALUES (a); INSERT INTO tbl VALUES (b); $$;
