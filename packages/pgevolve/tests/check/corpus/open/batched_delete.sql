-- verdict: safe
-- source: strong habit of operators: a bounded batch by key
DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() ORDER BY id LIMIT 1000);
