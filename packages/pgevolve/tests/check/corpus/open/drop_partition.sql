-- verdict: dangerous
-- source: PostgreSQL 18, Table Partitioning: dropping a partition takes ACCESS EXCLUSIVE on the parent
CREATE TABLE log (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- next file
DROP TABLE log_1;
