-- source: https://www.postgresql.org/docs/18/sql-createrule.html
-- part: other
CREATE TABLE t (a integer);
CREATE TABLE log (a integer);
-- becomes
CREATE TABLE t (a integer);
CREATE TABLE log (a integer);
CREATE RULE notify_me AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (OLD.a);
COMMENT ON RULE notify_me ON t IS 'writes it down';
