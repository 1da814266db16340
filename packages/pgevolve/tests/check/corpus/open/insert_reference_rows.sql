-- verdict: safe
-- source: specification of pgevolve, section 3: reference rows
CREATE TABLE kinds (kind text PRIMARY KEY, label text NOT NULL);
-- next file
INSERT INTO kinds (kind, label) VALUES ('a', 'A'), ('b', 'B') ON CONFLICT DO NOTHING;
