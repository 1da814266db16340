-- source: https://www.postgresql.org/docs/18/ddl-alter.html
-- part: plain
CREATE TABLE products (name text UNIQUE, price numeric CHECK (price > 0), PRIMARY KEY (name));
-- becomes
CREATE TABLE products (name text NOT NULL, price numeric);
