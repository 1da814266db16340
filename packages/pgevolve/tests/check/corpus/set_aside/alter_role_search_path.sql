-- verdict: dangerous
-- source: specification of pgevolve, section 6: search_path changes
ALTER ROLE web SET search_path = shop, public;
