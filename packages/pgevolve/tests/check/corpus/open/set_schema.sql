-- verdict: dangerous
-- source: specification of pgevolve, section 6: breaking running clients
ALTER TABLE users SET SCHEMA archive;
