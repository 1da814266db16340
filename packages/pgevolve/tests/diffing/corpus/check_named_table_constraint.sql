-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE products (product_no integer, price numeric CONSTRAINT positive_price CHECK (price > 0), discounted_price numeric);
-- becomes
CREATE TABLE products (product_no integer, price numeric, discounted_price numeric, CONSTRAINT valid_discount CHECK (price > discounted_price AND discounted_price > 0));
