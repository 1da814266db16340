-- source: https://www.postgresql.org/docs/18/ddl-alter.html
-- part: plain
CREATE TABLE products (product_no integer);
-- becomes
CREATE TABLE products (product_no integer, description text NOT NULL DEFAULT 'it''s new' CHECK (description <> ''));
