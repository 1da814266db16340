-- form: create a partitioned table
CREATE TABLE x (id int, at date) PARTITION BY RANGE (at);
-- form: create a partition
CREATE TABLE x PARTITION OF measures FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
-- form: create a partition beside a default partition
-- setup: CREATE TABLE measures_rest PARTITION OF measures DEFAULT;
CREATE TABLE x PARTITION OF measures FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
-- form: create a default partition
CREATE TABLE x PARTITION OF measures DEFAULT;
-- form: attach a partition
ALTER TABLE measures ATTACH PARTITION measures_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
-- form: attach a partition whose check proves its range
ALTER TABLE measures ATTACH PARTITION measures_2028 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
-- form: attach a partition beside a default partition
-- setup: CREATE TABLE measures_rest PARTITION OF measures DEFAULT; INSERT INTO measures VALUES (1, '2035-01-01', 1);
ALTER TABLE measures ATTACH PARTITION measures_2028 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
-- form: attach a default partition
ALTER TABLE measures ATTACH PARTITION measures_2027 DEFAULT;
-- form: detach a partition
ALTER TABLE measures DETACH PARTITION measures_2025;
-- form: detach a partition concurrently
ALTER TABLE measures DETACH PARTITION measures_2025 CONCURRENTLY;
-- form: drop a partition
DROP TABLE measures_2025;
-- form: truncate a partition
TRUNCATE measures_2025;
-- form: drop a partitioned table
DROP TABLE measures;
