-- source: https://www.postgresql.org/docs/18/tutorial-advanced.html
-- part: other
CREATE TYPE status AS ENUM ('new', 'paid');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint REFERENCES customers, status status NOT NULL DEFAULT 'new', total numeric(10, 2));
CREATE VIEW open_orders AS SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status = 'new';
-- becomes
CREATE TYPE status AS ENUM ('new', 'paid', 'sent');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL DEFAULT '');
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint REFERENCES customers ON DELETE CASCADE, status status NOT NULL DEFAULT 'new', total numeric(10, 2), CHECK (total >= 0));
CREATE INDEX orders_customer_idx ON orders (customer_id) WHERE status <> 'sent';
CREATE TABLE order_items (order_id bigint REFERENCES orders ON DELETE CASCADE, line smallint, product text NOT NULL, PRIMARY KEY (order_id, line));
CREATE VIEW open_orders AS SELECT o.id, c.email, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status IN ('new', 'paid');
CREATE FUNCTION order_total(o orders) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT o.total $$;
GRANT SELECT ON open_orders TO corpus_reader;
