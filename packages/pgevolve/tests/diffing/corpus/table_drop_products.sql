-- source: https://www.postgresql.org/docs/18/ddl-basics.html
-- part: plain
CREATE TABLE my_first_table (first_column text, second_column integer);
CREATE TABLE products (product_no integer, name text, price numeric);
-- becomes
CREATE TABLE products (product_no integer, name text, price numeric);
