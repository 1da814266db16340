-- source: trap: DDL in DO blocks
-- part: other
-- intent: table t4 is new
DO $$ BEGIN FOR i IN 1..3 LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$;
-- becomes
DO $$ BEGIN FOR i IN 2..4 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', i); END LOOP; END $$;
