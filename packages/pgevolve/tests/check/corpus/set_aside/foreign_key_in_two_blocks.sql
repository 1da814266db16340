-- verdict: safe
-- source: https://github.com/sbdchd/squawk/pull/97: two transactions
CREATE TABLE "user" (id bigint PRIMARY KEY);
CREATE TABLE email (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX email_user ON email (user_id);
-- next file
BEGIN;
ALTER TABLE email ADD CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES "user" (id) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE email VALIDATE CONSTRAINT fk_user;
COMMIT;
