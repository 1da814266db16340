-- verdict: safe
-- source: PostgreSQL 18, ATTACH PARTITION: a matching CHECK spares the scan
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE log_2026 (at timestamptz NOT NULL, what text);
-- next file
ALTER TABLE log_2026 ADD CONSTRAINT of_2026 CHECK (at IS NOT NULL AND at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;
-- next file
ALTER TABLE log_2026 VALIDATE CONSTRAINT of_2026;
-- next file
ALTER TABLE log ATTACH PARTITION log_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
