-- source: trap: IN and = ANY
-- part: plain
CREATE TABLE t (state text, n int, CONSTRAINT c CHECK (state IN ('a', 'b')), CONSTRAINT d CHECK (n BETWEEN 1 AND 3));
-- becomes
CREATE TABLE t (state text, n int, CONSTRAINT c CHECK (state = ANY (ARRAY['a', 'b'])), CONSTRAINT d CHECK (n >= 1 AND n <= 3));
