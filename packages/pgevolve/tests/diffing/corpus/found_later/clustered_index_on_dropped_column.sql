-- source: trap: found while the planner was tried
-- part: plain
CREATE TABLE t (a int, b int, c int);
CREATE UNIQUE INDEX t_ab ON t (a, b);
ALTER TABLE t REPLICA IDENTITY FULL;
ALTER TABLE t CLUSTER ON t_ab;
-- becomes
CREATE TABLE t (a int NOT NULL, c int);
CREATE UNIQUE INDEX t_a ON t (a);
