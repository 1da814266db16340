-- verdict: safe
-- source: PostgreSQL 18, UPDATE: a row by its primary key
CREATE TABLE settings (name text PRIMARY KEY, value text);
-- next file
UPDATE settings SET value = 'on' WHERE name = 'search';
