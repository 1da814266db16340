-- verdict: dangerous
-- source: pgevolve.md 6: breaking running clients
DROP VIEW active_users;
