-- verdict: safe
-- source: PostgreSQL 18, ALTER SEQUENCE, OWNED BY
ALTER SEQUENCE users_id_seq OWNED BY users.id;
