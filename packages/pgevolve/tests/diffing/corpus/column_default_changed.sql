-- source: https://www.postgresql.org/docs/18/ddl-default.html
-- part: plain
CREATE TABLE products (product_no integer, price numeric DEFAULT 9.99, made timestamptz DEFAULT CURRENT_TIMESTAMP);
-- becomes
CREATE TABLE products (product_no integer, price numeric DEFAULT 7.77, made timestamptz DEFAULT now() + interval '1 day');
