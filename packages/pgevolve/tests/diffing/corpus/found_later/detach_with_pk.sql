-- source: trap: found while the planner was tried
-- part: other
CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX p_at ON p (at);
-- becomes
CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE p_1 (id int, at date, PRIMARY KEY (id, at));
CREATE INDEX p_1_at_idx ON p_1 (at);
CREATE INDEX p_at ON p (at);
