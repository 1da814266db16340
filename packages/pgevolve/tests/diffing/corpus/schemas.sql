-- source: https://www.postgresql.org/docs/18/ddl-schemas.html
-- part: other
-- intent: table kept.T is new
-- alone
CREATE SCHEMA old_schema CREATE TABLE t (a integer) CREATE VIEW v AS SELECT a FROM t;
CREATE SCHEMA kept;
-- becomes
CREATE SCHEMA hollywood CREATE TABLE films (title text, release date, awards text[]) CREATE VIEW winners AS SELECT title, release FROM films WHERE awards IS NOT NULL;
CREATE SCHEMA kept;
COMMENT ON SCHEMA kept IS 'stays';
GRANT USAGE ON SCHEMA kept TO corpus_reader;
CREATE TABLE kept."T" (a integer);
