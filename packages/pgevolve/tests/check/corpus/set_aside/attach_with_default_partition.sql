-- verdict: dangerous
-- source: https://github.com/pgpartman/pg_partman/issues/876: the default partition is scanned
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE log_rest PARTITION OF log DEFAULT;
CREATE TABLE log_1 (at timestamptz NOT NULL, what text, CONSTRAINT bounds CHECK (at >= '2026-01-01' AND at < '2027-01-01'));
-- next file
ALTER TABLE log ATTACH PARTITION log_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
