-- verdict: safe
-- source: specification of pgevolve, section 6: a table that is new or known empty
CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL);
CREATE INDEX invoices_customer_id ON invoices (customer_id);
