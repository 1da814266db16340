-- source: https://www.postgresql.org/docs/18/ddl-alter.html
-- part: plain
CREATE TABLE products (product_no integer, description text CHECK (description <> ''), price numeric, CHECK (price > 0));
CREATE INDEX products_description_idx ON products (description, price);
CREATE INDEX products_lower_idx ON products (lower(description));
-- becomes
CREATE TABLE products (product_no integer, price numeric, CHECK (price > 0));
