-- verdict: dangerous
-- source: https://github.com/mikesvoboda/nemotron-v3-home-security-intelligence/issues/2962: UPDATE of a large table
DO $$ BEGIN UPDATE logs SET vector = to_tsvector(body) WHERE vector IS NULL; END $$;
