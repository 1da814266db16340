-- source: https://www.postgresql.org/docs/18/ddl-rowsecurity.html
-- part: other
CREATE TABLE accounts (manager text, company text);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON accounts USING (manager = current_user);
-- becomes
CREATE TABLE accounts (company text);
