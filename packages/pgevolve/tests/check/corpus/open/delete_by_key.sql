-- verdict: safe
-- source: PostgreSQL 18, DELETE: rows by their primary key
CREATE TABLE settings (name text PRIMARY KEY, value text);
-- next file
DELETE FROM settings WHERE name IN ('old', 'older');
