-- verdict: dangerous
-- source: pgevolve.md 6: enum label removal
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
