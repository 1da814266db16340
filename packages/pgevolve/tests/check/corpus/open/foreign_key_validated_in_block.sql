-- verdict: dangerous
-- source: https://github.com/sbdchd/squawk/issues/250: VALIDATE in the transaction of NOT VALID
BEGIN;
ALTER TABLE email ADD CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES "user" (id) NOT VALID;
ALTER TABLE email VALIDATE CONSTRAINT fk_user;
COMMIT;
