-- source: https://www.postgresql.org/docs/18/sql-createview.html
-- part: other
CREATE TABLE films (code text, kind text, title text);
-- becomes
CREATE TABLE films (code text, kind text, title text);
CREATE VIEW comedies AS SELECT * FROM films WHERE kind = 'Comedy' WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW nums_1_100 (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM nums_1_100 WHERE n < 100;
COMMENT ON VIEW comedies IS 'to laugh';
COMMENT ON COLUMN comedies.code IS 'short';
