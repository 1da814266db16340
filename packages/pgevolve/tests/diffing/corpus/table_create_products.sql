-- source: https://www.postgresql.org/docs/18/ddl-basics.html
-- part: plain
-- becomes
CREATE TABLE products (product_no integer, name text, price numeric);
