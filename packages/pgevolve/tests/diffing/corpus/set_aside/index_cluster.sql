-- source: https://www.postgresql.org/docs/18/sql-cluster.html
-- part: plain
CREATE TABLE employees (id integer PRIMARY KEY, name text);
CREATE INDEX employees_ind ON employees (name);
-- becomes
CREATE TABLE employees (id integer PRIMARY KEY, name text);
CREATE INDEX employees_ind ON employees (name);
ALTER TABLE employees CLUSTER ON employees_ind;
