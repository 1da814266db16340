-- source: trap: found while the planner was tried
-- part: plain
CREATE TABLE t (a text);
-- becomes
CREATE DOMAIN short AS text CHECK (length(VALUE) < 10);
CREATE TABLE t (a text, b short, c short[]);
CREATE VIEW v AS SELECT b FROM t;
