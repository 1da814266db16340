-- verdict: safe
-- source: https://github.com/mikesvoboda/nemotron-v3-home-security-intelligence/issues/2962: at most 1,000 rows
UPDATE users SET slug = lower(name) WHERE id IN (SELECT id FROM users WHERE slug IS NULL LIMIT 1000);
