-- verdict: safe
-- source: PostgreSQL 18, Partition Maintenance: CREATE INDEX ON ONLY
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
-- next file
CREATE INDEX log_at ON ONLY log (at);
