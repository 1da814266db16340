-- source: trap: a dropped column that new code no longer fills
-- part: plain
CREATE TABLE products (product_no integer, description text NOT NULL);
-- becomes
CREATE TABLE products (product_no integer);
