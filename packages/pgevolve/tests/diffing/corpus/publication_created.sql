-- source: https://www.postgresql.org/docs/18/sql-createpublication.html
-- part: other
-- alone
CREATE TABLE users (id integer PRIMARY KEY, firstname text);
CREATE TABLE departments (id integer PRIMARY KEY, active boolean);
-- becomes
CREATE TABLE users (id integer PRIMARY KEY, firstname text);
CREATE TABLE departments (id integer PRIMARY KEY, active boolean);
CREATE PUBLICATION mypublication FOR TABLE users (id, firstname), departments WHERE (active IS TRUE);
CREATE PUBLICATION insert_only FOR TABLE users WITH (publish = 'insert', publish_via_partition_root = true);
COMMENT ON PUBLICATION insert_only IS 'new ones';
