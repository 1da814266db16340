-- form: create a view
CREATE VIEW x AS SELECT id FROM t;
-- form: replace a view
CREATE OR REPLACE VIEW tv AS SELECT id, a, nn FROM t;
-- form: drop a view
DROP VIEW tv;
-- form: rename a view
ALTER VIEW tv RENAME TO x;
-- form: set the default of a view's column
ALTER VIEW tv ALTER COLUMN a SET DEFAULT 1;
-- form: set an option of a view
ALTER VIEW tv SET (security_barrier = true);
-- form: create a materialised view
CREATE MATERIALIZED VIEW x AS SELECT id FROM t;
-- form: refresh a materialised view
REFRESH MATERIALIZED VIEW mv;
-- form: refresh a materialised view concurrently
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
-- form: empty a materialised view
REFRESH MATERIALIZED VIEW mv WITH NO DATA;
-- form: drop a materialised view
DROP MATERIALIZED VIEW mv_bare;
-- form: create a trigger
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
-- form: replace a trigger
CREATE OR REPLACE TRIGGER t_touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
-- form: create a constraint trigger
CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch();
-- form: create a trigger on a partitioned table
CREATE TRIGGER x BEFORE INSERT ON measures FOR EACH ROW EXECUTE FUNCTION touch();
-- form: drop a trigger
DROP TRIGGER t_touch ON t;
-- form: rename a trigger
ALTER TRIGGER t_touch ON t RENAME TO x;
-- form: switch a trigger off
ALTER TABLE t DISABLE TRIGGER t_touch;
-- form: switch a trigger on
ALTER TABLE t ENABLE TRIGGER t_touch;
-- form: switch all triggers of the user off
ALTER TABLE t DISABLE TRIGGER USER;
-- form: create a rule
CREATE RULE x AS ON DELETE TO plain DO INSTEAD NOTHING;
-- form: drop a rule
DROP RULE t_rule ON t;
-- form: switch a rule off
ALTER TABLE t DISABLE RULE t_rule;
-- form: create a function
CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- form: replace a function
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
-- form: change the volatility of a function
ALTER FUNCTION touch() STABLE;
-- form: drop a function with its triggers
DROP FUNCTION touch() CASCADE;
-- form: create a procedure
CREATE PROCEDURE x() LANGUAGE sql AS 'SELECT 1';
-- form: create an enum
CREATE TYPE x AS ENUM ('a', 'b');
-- form: add a label to an enum
ALTER TYPE mood ADD VALUE 'glad';
-- form: add a label to an enum before another
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad' BEFORE 'ok';
-- form: rename a label of an enum
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
-- form: rename a type
ALTER TYPE mood RENAME TO temper;
-- form: add an attribute to a composite type
ALTER TYPE pair ADD ATTRIBUTE z int;
-- form: create a domain
CREATE DOMAIN x AS int CHECK (VALUE > 0);
-- form: add a check to a domain
ALTER DOMAIN plain_text ADD CONSTRAINT c CHECK (VALUE <> '');
-- form: add a check to a domain that is not validated
ALTER DOMAIN plain_text ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID;
-- form: validate a check of a domain
-- setup: ALTER DOMAIN plain_text ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID;
ALTER DOMAIN plain_text VALIDATE CONSTRAINT c;
-- form: drop a check of a domain
ALTER DOMAIN email DROP CONSTRAINT email_check;
-- form: set a domain NOT NULL
ALTER DOMAIN plain_text SET NOT NULL;
-- form: set the default of a domain
ALTER DOMAIN plain_text SET DEFAULT 'x';
-- form: create a sequence
CREATE SEQUENCE x;
-- form: change how a sequence counts
ALTER SEQUENCE free_seq INCREMENT BY 10;
-- form: give a sequence to a column
ALTER SEQUENCE free_seq OWNED BY t.a;
-- form: restart a sequence
ALTER SEQUENCE free_seq RESTART WITH 100;
-- form: drop a sequence
DROP SEQUENCE free_seq;
-- form: create a schema
CREATE SCHEMA x;
-- form: rename a schema
-- setup: CREATE SCHEMA elsewhere;
ALTER SCHEMA elsewhere RENAME TO x;
-- form: drop a schema
-- setup: CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.there (id int);
DROP SCHEMA elsewhere CASCADE;
-- form: create a collation
CREATE COLLATION x FROM "C";
-- form: create a publication
CREATE PUBLICATION x FOR TABLE plain;
-- form: create an event trigger
-- setup: CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION watch();
-- form: create a cast
CREATE CAST (mood AS int4range) WITH INOUT;
-- form: change default privileges
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
-- form: set a setting for the transaction
SET LOCAL lock_timeout = '1s';
