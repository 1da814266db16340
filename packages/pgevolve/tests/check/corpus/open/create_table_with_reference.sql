-- verdict: safe
-- source: PostgreSQL 18, CREATE TABLE: an empty table has nothing to check
CREATE TABLE customers (id bigint PRIMARY KEY);
-- next file
CREATE TABLE invoices (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));
CREATE INDEX invoices_customer_id ON invoices (customer_id);
