-- verdict: dangerous
-- source: https://github.com/sbdchd/squawk/issues/200: volatile defaults still rewrite on 11 and later
ALTER TABLE users ADD COLUMN code text DEFAULT md5(random()::text);
