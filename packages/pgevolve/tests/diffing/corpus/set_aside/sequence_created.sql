-- source: https://www.postgresql.org/docs/18/sql-createsequence.html
-- part: other
-- becomes
CREATE SEQUENCE serial START 101;
CREATE SEQUENCE down AS smallint INCREMENT -1 MINVALUE -100 CYCLE CACHE 5;
