-- verdict: dangerous
-- source: https://github.com/sbdchd/squawk/issues/200: volatile expressions such as random()
ALTER TABLE users ADD COLUMN side text DEFAULT CASE WHEN random() < 0.5 THEN 'a' ELSE 'b' END;
