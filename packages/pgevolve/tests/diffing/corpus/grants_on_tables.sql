-- source: https://www.postgresql.org/docs/18/ddl-priv.html
-- part: other
CREATE TABLE mytable (col1 integer, col2 integer);
GRANT SELECT, INSERT ON mytable TO corpus_reader;
-- becomes
CREATE TABLE mytable (col1 integer, col2 integer);
GRANT SELECT ON mytable TO PUBLIC;
GRANT SELECT, UPDATE (col1), INSERT (col1, col2) ON mytable TO corpus_writer;
GRANT DELETE ON mytable TO corpus_reader WITH GRANT OPTION;
