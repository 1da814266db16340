-- verdict: dangerous
-- source: specification of pgevolve, section 6: delete without where
DELETE FROM sessions;
