-- source: trap: found while the planner was tried
-- part: other
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS e;
CREATE TYPE ct AS (x d);
CREATE FUNCTION f(x ct) RETURNS e LANGUAGE sql RETURN 'a'::e;
CREATE TABLE t (id serial PRIMARY KEY, a d, b ct, c e DEFAULT 'a');
CREATE VIEW v AS SELECT f(b) AS x FROM t;
CREATE MATERIALIZED VIEW m AS SELECT x FROM v;
CREATE INDEX m_x ON m (x);
CREATE AGGREGATE ag (int) (sfunc = int4larger, stype = int);
CREATE TABLE ch () INHERITS (t);
CREATE STATISTICS s ON id, c FROM t;
-- becomes

