-- source: https://www.postgresql.org/docs/18/sql-altersequence.html
-- part: other
CREATE SEQUENCE serial START 101;
-- becomes
CREATE SEQUENCE serial AS integer START 105 INCREMENT 5 MAXVALUE 10000 NO CYCLE CACHE 10;
COMMENT ON SEQUENCE serial IS 'counts';
