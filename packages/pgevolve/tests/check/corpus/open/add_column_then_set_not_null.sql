-- verdict: dangerous
-- source: https://github.com/sbdchd/squawk/pull/301: existing rows have no value
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users ALTER COLUMN phone SET NOT NULL;
