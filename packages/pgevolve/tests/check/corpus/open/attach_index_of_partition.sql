-- verdict: safe
-- source: PostgreSQL 18, ALTER INDEX, ATTACH PARTITION
CREATE TABLE log (at timestamptz NOT NULL, id bigint, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX log_id ON ONLY log (id);
-- next file
CREATE INDEX CONCURRENTLY log_1_id ON log_1 (id);
-- next file
ALTER INDEX log_id ATTACH PARTITION log_1_id;
