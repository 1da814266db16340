-- source: https://www.postgresql.org/docs/18/datatype-json.html
-- part: plain
CREATE TABLE api (jdoc jsonb, tags text[]);
-- becomes
CREATE TABLE api (jdoc jsonb, tags text[]);
CREATE INDEX idxgin ON api USING gin (jdoc);
CREATE INDEX idxginp ON api USING gin (jdoc jsonb_path_ops) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE INDEX idxgintags ON api USING gin ((jdoc -> 'tags'));
