-- verdict: dangerous
-- source: https://github.com/kaaveland/eugene/pull/55: serial columns rewrite the table
ALTER TABLE users ADD COLUMN number smallserial;
