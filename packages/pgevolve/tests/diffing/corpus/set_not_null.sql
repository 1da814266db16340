-- source: https://www.postgresql.org/docs/18/ddl-alter.html
-- part: plain
CREATE TABLE products (product_no integer, name text);
-- becomes
CREATE TABLE products (product_no integer NOT NULL, name text);
