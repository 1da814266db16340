-- verdict: dangerous
-- source: PostgreSQL 18, DROP TYPE, CASCADE: columns go with it
DROP TYPE mood CASCADE;
