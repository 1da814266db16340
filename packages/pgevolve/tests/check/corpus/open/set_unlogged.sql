-- verdict: dangerous
-- source: issue 4, known traps: SET UNLOGGED
ALTER TABLE orders SET UNLOGGED;
