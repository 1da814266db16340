-- verdict: dangerous
-- source: rule of the product: backfill apart from the schema change
CREATE TABLE users (id bigint PRIMARY KEY, name text, name_key text);
-- next file
UPDATE users SET name_key = lower(name) WHERE name_key IS NULL;
