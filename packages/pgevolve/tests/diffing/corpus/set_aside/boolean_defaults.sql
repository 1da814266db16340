-- source: trap: booleans on create_all
-- part: plain
CREATE TABLE t (a boolean DEFAULT 't', b boolean DEFAULT 'no', c boolean NOT NULL DEFAULT true);
-- becomes
CREATE TABLE t (a boolean DEFAULT true, b boolean DEFAULT false, c boolean NOT NULL DEFAULT (1 = 1));
