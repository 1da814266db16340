-- source: https://www.postgresql.org/docs/18/ddl-alter.html
-- part: plain
CREATE TABLE products (product_no integer, price numeric DEFAULT 7.77);
-- becomes
CREATE TABLE products (product_no integer, price numeric);
