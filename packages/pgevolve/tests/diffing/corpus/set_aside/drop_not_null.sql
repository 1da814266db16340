-- source: https://www.postgresql.org/docs/18/ddl-alter.html
-- part: plain
CREATE TABLE products (product_no integer NOT NULL, name text NOT NULL);
-- becomes
CREATE TABLE products (product_no integer, name text NOT NULL);
