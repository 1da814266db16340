-- source: https://www.postgresql.org/docs/18/sql-createtrigger.html
-- part: other
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- becomes
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE CONSTRAINT TRIGGER c AFTER INSERT ON b FROM a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
