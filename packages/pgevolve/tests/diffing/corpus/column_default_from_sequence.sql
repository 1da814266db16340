-- source: https://www.postgresql.org/docs/18/ddl-default.html
-- part: other
CREATE TABLE products (product_no integer, name text);
-- becomes
CREATE SEQUENCE products_product_no_seq;
CREATE TABLE products (product_no integer DEFAULT nextval('products_product_no_seq'), name text);
