-- source: https://www.postgresql.org/docs/18/sql-createtrigger.html
-- part: other
CREATE TABLE accounts (id integer, balance numeric);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER u BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION f();
-- becomes
CREATE TABLE accounts (id integer, balance numeric);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TRIGGER t ON accounts IS 'guards';
