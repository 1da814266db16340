-- verdict: dangerous
-- source: specification of pgevolve, section 5: rename column
ALTER TABLE users RENAME COLUMN name TO full_name;
