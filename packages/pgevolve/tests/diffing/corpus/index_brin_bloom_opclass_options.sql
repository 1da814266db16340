-- source: https://www.postgresql.org/docs/18/sql-createindex.html
-- part: plain
CREATE TABLE measurements (at timestamptz, n int8);
-- becomes
CREATE TABLE measurements (at timestamptz, n int8);
CREATE INDEX measurements_n ON measurements USING brin (n int8_bloom_ops (n_distinct_per_range = 100));
