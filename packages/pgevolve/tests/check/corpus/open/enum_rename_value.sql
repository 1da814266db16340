-- verdict: dangerous
-- source: specification of pgevolve, section 6: enum label removal
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
