-- source: https://www.postgresql.org/docs/18/sql-alterpolicy.html
-- part: other
CREATE TABLE accounts (manager text, company text);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON accounts FOR SELECT TO corpus_reader USING (manager = current_user);
CREATE POLICY q ON accounts FOR ALL USING (true) WITH CHECK (true);
-- becomes
CREATE TABLE accounts (manager text, company text);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON accounts FOR SELECT TO corpus_reader, corpus_writer USING (manager = session_user);
CREATE POLICY q ON accounts FOR DELETE USING (true);
COMMENT ON POLICY p ON accounts IS 'own rows';
