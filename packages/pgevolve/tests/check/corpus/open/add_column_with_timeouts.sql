-- verdict: safe
-- source: https://github.com/alphagov/notifications-api/pull/3901: a lock timeout for every migration
SET LOCAL lock_timeout = '1s';
SET LOCAL statement_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
