-- verdict: safe
-- source: PostgreSQL 18, ALTER INDEX, RENAME: SHARE UPDATE EXCLUSIVE, and no client names an index
ALTER INDEX users_mail RENAME TO users_email;
