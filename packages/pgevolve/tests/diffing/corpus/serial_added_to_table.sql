-- source: https://www.postgresql.org/docs/18/datatype-numeric.html
-- part: plain
CREATE TABLE products (name text);
-- becomes
CREATE TABLE products (name text, product_no serial);
