-- form: update every row
UPDATE plain SET note = note;
-- form: update one row
UPDATE t SET a = 1 WHERE id = 1;
-- form: update from another table
UPDATE t SET a = p.n FROM p WHERE p.id = t.id;
-- form: delete every row
DELETE FROM plain;
-- form: delete with rows that refer to it
DELETE FROM p WHERE id < 0;
-- form: insert a row
INSERT INTO plain VALUES (1, 'x');
-- form: insert from a query
INSERT INTO plain SELECT id, txt FROM t;
-- form: insert a row that refers to another
INSERT INTO t (id, nn, filled, p_checked) VALUES (1001, 1001, 1, 1);
-- form: update in a DO block
DO $$ BEGIN UPDATE plain SET note = note; END $$;
-- form: change a table in a DO block
DO $$ BEGIN ALTER TABLE plain ADD COLUMN x int; END $$;
-- form: lock rows
SELECT id FROM plain FOR UPDATE;
-- form: read a table
SELECT count(*) FROM plain;
-- form: merge rows
MERGE INTO plain USING p ON plain.id = p.id WHEN MATCHED THEN UPDATE SET note = p.code;
