-- verdict: safe
-- source: PostgreSQL 18, DELETE, LIMIT in a subquery: a bounded batch by key
DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() ORDER BY id LIMIT 1000);
