-- verdict: dangerous
-- source: specification of pgevolve, section 6: role changes
REVOKE SELECT ON users FROM web;
