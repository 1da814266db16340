-- verdict: safe
-- source: PostgreSQL 18, Partition Maintenance: CREATE TABLE LIKE, then ATTACH
CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
-- next file
CREATE TABLE log_2027 (LIKE log INCLUDING ALL);
ALTER TABLE log ATTACH PARTITION log_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
