-- source: trap: SET UNLOGGED
-- part: plain
CREATE TABLE cache (key text PRIMARY KEY, value jsonb);
-- becomes
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value jsonb);
