-- source: https://www.postgresql.org/docs/18/sql-createtrigger.html
-- part: other
CREATE TABLE accounts (id integer, balance numeric);
-- becomes
CREATE TABLE accounts (id integer, balance numeric);
CREATE FUNCTION check_account_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER check_update BEFORE UPDATE OF balance ON accounts FOR EACH ROW WHEN (OLD.balance IS DISTINCT FROM NEW.balance) EXECUTE FUNCTION check_account_update();
CREATE TRIGGER log_update AFTER UPDATE ON accounts REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION check_account_update('a', '2');
