-- source: trap: not null
-- part: plain
CREATE TABLE products (product_no integer);
-- becomes
CREATE TABLE products (product_no integer, name text NOT NULL);
