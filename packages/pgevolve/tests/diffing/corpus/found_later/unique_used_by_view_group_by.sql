-- source: trap: found while the planner was tried
-- part: other
CREATE TABLE t (id int PRIMARY KEY, b text);
CREATE VIEW v AS SELECT t.id, t.b, count(*) AS n FROM t GROUP BY t.id;
-- becomes
CREATE TABLE t (id bigint PRIMARY KEY, b text);
CREATE VIEW v AS SELECT t.id, t.b, count(*) AS n FROM t GROUP BY t.id;
