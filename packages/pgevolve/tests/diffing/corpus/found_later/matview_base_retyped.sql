-- source: trap: found while the planner was tried
-- part: other
CREATE TABLE t (a int, b text);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE POLICY po ON t USING (a > 1);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
GRANT SELECT ON m TO corpus_reader;
-- becomes
CREATE TABLE t (a bigint, b text);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE POLICY po ON t USING (a > 1);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
GRANT SELECT ON m TO corpus_reader;
