-- verdict: dangerous
-- source: https://github.com/pgpartman/pg_partman/issues/359: ACCESS EXCLUSIVE on the default partition, which is read
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE log_rest PARTITION OF log DEFAULT;
-- next file
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
