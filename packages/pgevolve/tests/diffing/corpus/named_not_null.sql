-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
-- server: 18
CREATE TABLE products (product_no integer NOT NULL);
-- becomes
CREATE TABLE products (product_no integer CONSTRAINT must_have_number NOT NULL, name text CONSTRAINT has_name NOT NULL DEFAULT '');
