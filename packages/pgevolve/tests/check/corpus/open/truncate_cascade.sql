-- verdict: dangerous
-- source: PostgreSQL 18, TRUNCATE, CASCADE
TRUNCATE users CASCADE;
