-- source: https://www.postgresql.org/docs/18/brin.html
-- part: plain
CREATE TABLE measurements (at timestamptz, v numeric);
CREATE INDEX measurements_at ON measurements USING brin (at);
-- becomes
CREATE TABLE measurements (at timestamptz, v numeric);
CREATE INDEX measurements_at ON measurements USING brin (at timestamptz_minmax_multi_ops) WITH (pages_per_range = 32, autosummarize = on);
