-- verdict: safe
-- source: https://github.com/ankane/strong_migrations/issues/128: a larger precision is free since 9.2
CREATE TABLE bills (id bigint PRIMARY KEY, amount decimal(10, 2) NOT NULL);
-- next file
ALTER TABLE bills ALTER COLUMN amount TYPE decimal(14, 2);
