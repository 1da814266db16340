-- verdict: dangerous
-- source: PostgreSQL 18, 4.1.1: identifiers are cut at 63 bytes
CREATE TABLE invoices (id bigint PRIMARY KEY, total bigint);
CREATE INDEX invoices_total_which_is_a_name_of_more_than_sixty_three_bytes_in_all ON invoices (total);
