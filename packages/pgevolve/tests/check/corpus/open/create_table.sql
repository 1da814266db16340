-- verdict: safe
-- source: PostgreSQL 18, CREATE TABLE
CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(12, 2) NOT NULL CHECK (total >= 0),
    made_at timestamptz NOT NULL DEFAULT now()
);
