-- verdict: dangerous
-- source: specification of pgevolve, section 6: duplicate or redundant index
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE INDEX users_email ON users (email);
