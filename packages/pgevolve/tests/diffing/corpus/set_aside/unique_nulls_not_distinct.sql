-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE products (product_no integer UNIQUE, name text);
-- becomes
CREATE TABLE products (product_no integer, name text, CONSTRAINT products_number UNIQUE NULLS NOT DISTINCT (product_no));
