-- source: trap: numeric precision
-- part: plain
CREATE TABLE products (price numeric(8, 2));
-- becomes
CREATE TABLE products (price numeric(12, 2));
