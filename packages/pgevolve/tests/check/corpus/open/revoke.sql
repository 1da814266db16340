-- verdict: dangerous
-- source: pgevolve.md 6: role changes
REVOKE SELECT ON users FROM web;
