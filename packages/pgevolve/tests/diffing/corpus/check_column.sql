-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE products (product_no integer, name text, price numeric);
-- becomes
CREATE TABLE products (product_no integer, name text, price numeric CHECK (price > 0));
