-- source: https://www.postgresql.org/docs/18/collation.html
-- part: plain
CREATE TABLE test1 (a text COLLATE "C", b text);
-- becomes
CREATE TABLE test1 (a text, b text COLLATE "C");
