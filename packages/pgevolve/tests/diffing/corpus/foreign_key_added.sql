-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE products (product_no integer PRIMARY KEY, name text);
CREATE TABLE orders (order_id integer PRIMARY KEY, product_no integer, quantity integer);
-- becomes
CREATE TABLE products (product_no integer PRIMARY KEY, name text);
CREATE TABLE orders (order_id integer PRIMARY KEY, product_no integer REFERENCES products (product_no), quantity integer);
