-- verdict: dangerous
-- source: reports from users of other linters: SET UNLOGGED
ALTER TABLE orders SET UNLOGGED;
