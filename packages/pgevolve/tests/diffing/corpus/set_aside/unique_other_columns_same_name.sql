-- source: trap: a key that changes
-- part: plain
CREATE TABLE t (a integer, b text, CONSTRAINT t_key UNIQUE (a));
-- becomes
CREATE TABLE t (a integer, b text, CONSTRAINT t_key UNIQUE (a, b));
