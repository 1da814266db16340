-- verdict: dangerous
-- source: reports from users of other linters: ATTACH PARTITION
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE log_2026 (at timestamptz NOT NULL, what text);
-- next file
ALTER TABLE log ATTACH PARTITION log_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
