-- source: https://www.postgresql.org/docs/18/ddl-rowsecurity.html
-- part: other
CREATE TABLE accounts (manager text, company text, contact_email text);
-- becomes
CREATE TABLE accounts (manager text, company text, contact_email text);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_managers ON accounts TO corpus_reader USING (manager = current_user);
CREATE POLICY user_mod_policy ON accounts AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (company IN ('a', 'b'));
