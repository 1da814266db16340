-- source: https://www.postgresql.org/docs/18/ddl-depend.html
-- part: plain
CREATE TABLE products (product_no integer PRIMARY KEY);
CREATE TABLE orders (order_id integer PRIMARY KEY, product_no integer REFERENCES products);
-- becomes
CREATE TABLE orders (order_id integer PRIMARY KEY, product_no integer);
