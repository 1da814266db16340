-- verdict: dangerous
-- source: pgevolve.md 6: search_path changes
ALTER ROLE web SET search_path = shop, public;
