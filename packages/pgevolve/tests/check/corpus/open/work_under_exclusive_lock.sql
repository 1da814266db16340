-- verdict: dangerous
-- source: https://github.com/kaaveland/eugene/pull/38: more statements after taking AccessExclusiveLock
ALTER TABLE users ADD COLUMN phone text;
INSERT INTO phones (user_id) SELECT id FROM users;
