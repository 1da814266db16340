-- verdict: dangerous
-- source: https://github.com/alphagov/notifications-api/pull/3903: dropping a column may break existing clients
ALTER TABLE services DROP COLUMN IF EXISTS email_from;
