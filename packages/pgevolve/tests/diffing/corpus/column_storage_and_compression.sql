-- source: https://www.postgresql.org/docs/18/storage-toast.html
-- part: plain
CREATE TABLE documents (id integer, body text, raw bytea);
-- becomes
CREATE TABLE documents (id integer, body text COMPRESSION pglz, raw bytea);
ALTER TABLE documents ALTER COLUMN raw SET STORAGE EXTERNAL;
