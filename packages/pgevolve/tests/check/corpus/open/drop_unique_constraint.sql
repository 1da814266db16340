-- verdict: dangerous
-- source: specification of pgevolve, section 5: drop constraint; ON CONFLICT needs it
CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);
-- next file
ALTER TABLE users DROP CONSTRAINT users_email_key;
