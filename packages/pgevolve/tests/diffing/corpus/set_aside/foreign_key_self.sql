-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE tree (node_id integer PRIMARY KEY, name text);
-- becomes
CREATE TABLE tree (node_id integer PRIMARY KEY, parent_id integer REFERENCES tree, name text);
