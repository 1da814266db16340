-- source: https://www.postgresql.org/docs/18/indexes-opclass.html
-- part: plain
CREATE TABLE test1 (col varchar(99), doc text);
-- becomes
CREATE TABLE test1 (col varchar(99), doc text);
CREATE INDEX test_index ON test1 (col varchar_pattern_ops, doc COLLATE "C" text_pattern_ops);
