-- verdict: safe
-- source: PostgreSQL 18, CREATE TABLE, PARTITION OF
CREATE TABLE log (at timestamptz NOT NULL, id bigint, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
-- next file
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
