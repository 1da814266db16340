-- source: trap: views that never converge
-- part: other
CREATE TABLE t (a integer, b text, c date);
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0;
CREATE VIEW w AS SELECT a FROM v;
CREATE VIEW x AS SELECT count(*) AS n FROM w JOIN v USING (a);
-- becomes
CREATE TABLE t (a integer, b text, c date);
CREATE VIEW v AS SELECT a, b, c FROM t WHERE a >= 0;
CREATE VIEW w AS SELECT a FROM v;
CREATE VIEW x AS SELECT count(*) AS n FROM w JOIN v USING (a);
