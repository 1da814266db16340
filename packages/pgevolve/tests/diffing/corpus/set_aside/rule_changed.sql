-- source: https://www.postgresql.org/docs/18/sql-createrule.html
-- part: other
CREATE TABLE t (a integer);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE s AS ON UPDATE TO t DO ALSO NOTIFY t;
-- becomes
CREATE TABLE t (a integer);
CREATE RULE r AS ON DELETE TO t WHERE OLD.a > 3 DO INSTEAD NOTHING;
