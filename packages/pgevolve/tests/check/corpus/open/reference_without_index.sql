-- verdict: dangerous
-- source: specification of pgevolve, section 6: FK without index
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));
