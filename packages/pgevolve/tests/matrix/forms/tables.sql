-- form: create a table
CREATE TABLE x (id int PRIMARY KEY, name text NOT NULL);
-- form: create a table that refers to another
CREATE TABLE x (id int PRIMARY KEY, p_id int REFERENCES p);
-- form: create a table that refers to two others
CREATE TABLE x (p_id int REFERENCES p, t_id int REFERENCES t, PRIMARY KEY (p_id, t_id));
-- form: create a table if it is missing
CREATE TABLE IF NOT EXISTS t (id int);
-- form: create a table like another
CREATE TABLE x (LIKE t INCLUDING ALL);
-- form: create a table from a query
CREATE TABLE x AS SELECT id, a FROM t;
-- form: create an heir
CREATE TABLE x (more int) INHERITS (family);
-- form: create an unlogged table
CREATE UNLOGGED TABLE x (id int);
-- form: drop a table
DROP TABLE plain;
-- form: drop a table that refers to another
DROP TABLE t CASCADE;
-- form: drop a table that others refer to
DROP TABLE p CASCADE;
-- form: drop a table if it is there
DROP TABLE IF EXISTS never;
-- form: drop two tables
DROP TABLE plain, orphan;
-- form: rename a table
ALTER TABLE plain RENAME TO simple;
-- form: move a table to another schema
-- setup: CREATE SCHEMA elsewhere;
ALTER TABLE plain SET SCHEMA elsewhere;
-- form: make a table unlogged
ALTER TABLE plain SET UNLOGGED;
-- form: make a table logged
-- setup: ALTER TABLE plain SET UNLOGGED;
ALTER TABLE plain SET LOGGED;
-- form: set the fillfactor of a table
ALTER TABLE t SET (fillfactor = 85);
-- form: set how a table is vacuumed
ALTER TABLE t SET (autovacuum_vacuum_scale_factor = 0.05);
-- form: reset an option of a table
ALTER TABLE t RESET (fillfactor);
-- form: set how parallel a table is read
ALTER TABLE t SET (parallel_workers = 4);
-- form: make a view of a table updatable by others
GRANT SELECT ON t TO PUBLIC;
-- form: grant a column
GRANT SELECT (a) ON t TO PUBLIC;
-- form: revoke a privilege
REVOKE SELECT ON t FROM PUBLIC;
-- form: give a table to another role
ALTER TABLE t OWNER TO CURRENT_ROLE;
-- form: comment on a table
COMMENT ON TABLE t IS 'a table';
-- form: switch row security on
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- form: force row security
ALTER TABLE t FORCE ROW LEVEL SECURITY;
-- form: create a policy
CREATE POLICY x ON t USING (a > 0);
-- form: change a policy
ALTER POLICY t_policy ON t USING (a > 0);
-- form: drop a policy
DROP POLICY t_policy ON t;
-- form: truncate a table
TRUNCATE plain;
-- form: truncate a table and what refers to it
TRUNCATE p CASCADE;
-- form: lock a table
LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE;
-- form: lock a table for good
LOCK TABLE t;
-- form: vacuum a table
VACUUM t;
-- form: vacuum a table into a new file
VACUUM FULL t;
-- form: analyze a table
ANALYZE t;
-- form: make a table an heir
ALTER TABLE orphan INHERIT family;
-- form: end an inheritance
ALTER TABLE child NO INHERIT family;
-- form: make a table of a type
-- setup: CREATE TYPE row_of_plain AS (id int, note text);
ALTER TABLE plain OF row_of_plain;
-- form: set the access method again
ALTER TABLE plain SET ACCESS METHOD heap;
-- form: set the tablespace again
ALTER TABLE plain SET TABLESPACE pg_default;
