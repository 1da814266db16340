-- source: https://www.postgresql.org/docs/18/ddl-default.html
-- part: plain
CREATE TABLE products (product_no integer, name text, price numeric);
-- becomes
CREATE TABLE products (product_no integer, name text, price numeric DEFAULT 9.99);
