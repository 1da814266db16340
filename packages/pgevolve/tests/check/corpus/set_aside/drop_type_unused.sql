-- verdict: dangerous
-- source: specification of pgevolve, section 6: breaking running clients
DROP TYPE mood;
