-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE products (product_no integer PRIMARY KEY, name text);
CREATE TABLE orders (order_id integer PRIMARY KEY, product_no integer REFERENCES products);
-- becomes
CREATE TABLE products (product_no bigint PRIMARY KEY, name text);
CREATE TABLE orders (order_id integer PRIMARY KEY, product_no bigint REFERENCES products);
