-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX: partitioned tables cannot be built concurrently
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
-- next file
CREATE INDEX log_at ON log (at);
